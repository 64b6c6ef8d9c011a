import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Obstacle } from './check-profile';

/** Profiles have some hundred files; looking at more would delay every start for the rarest of faults. */
const maxEntries = 20_000;

/**
 * The first file or folder below, or at, the path that belongs to another user, as after a copy by root. A browser
 * would fail on it long after its start, or silently begin a new store beside it.
 */
export async function findForeignFile(path: string, limit = maxEntries): Promise<Obstacle | null> {
  const needed = process.getuid?.();
  const queue = [path];
  let left = limit;
  for (let next = queue.pop(); next !== undefined && left > 0; next = queue.pop(), left -= 1) {
    const entry = await lstat(next).catch(() => null);
    if (entry === null) continue;
    if (entry.uid !== needed)
      return {
        reason: 'permission_denied',
        detail: `${next} belongs to user ${entry.uid}; it must belong to user ${needed}`,
      };
    if (entry.isDirectory()) for (const name of await namesIn(next)) queue.push(join(next, name));
  }
  return null;
}

/** What is ours and can't be listed is closed to ourselves; the check of access tells of it. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
