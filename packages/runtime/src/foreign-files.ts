import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file or folder that belongs to another user than it should. */
export interface ForeignFile {
  path: string;
  uid: number;
  /** Names that it has. With more than one it lies elsewhere too. */
  links: number;
}

/** Profiles have some hundred files; looking at more would delay every start for the rarest of faults. */
const maxEntries = 20_000;

/**
 * What below, or at, the path does not belong to `owner`; links are not followed. At most `most` of them, of the first
 * `limit` entries.
 */
export async function findForeignFiles(
  path: string,
  owner: number | undefined,
  { most = 1_000, limit = maxEntries }: { most?: number; limit?: number } = {},
): Promise<ForeignFile[]> {
  const found: ForeignFile[] = [];
  const queue = [path];
  let left = limit;
  for (let next = queue.pop(); next !== undefined && left > 0; next = queue.pop(), left -= 1) {
    const entry = await lstat(next).catch(() => null);
    if (entry === null) continue;
    if (entry.uid !== owner)
      found.push({ path: next, uid: entry.uid, links: entry.isDirectory() ? 1 : entry.nlink });
    if (found.length >= most) return found;
    if (entry.isDirectory()) for (const name of await namesIn(next)) queue.push(join(next, name));
  }
  return found;
}

/** What is ours and can't be listed is closed to ourselves; a check of access tells of it. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
