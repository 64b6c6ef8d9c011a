import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where root keeps what other users must reach, when the data folder or the program lies in a closed home. */
export const sharedRoot = '/var/lib/wafleet';

/** Whether any user can pass through every folder above `path`. The path itself may not exist yet. */
export async function isReachableByOthers(path: string): Promise<boolean> {
  let folder = dirname(resolve(path));
  for (;;) {
    const mode = await modeOf(folder);
    if (mode !== null && (mode & 0o001) === 0) return false;
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}

/**
 * A path of the same content that other users can reach: the source itself where they can, else a copy below
 * /var/lib/wafleet/programs, made once per `name`. The name must change with the content.
 */
export async function reachableCopy(source: string, name: string): Promise<string> {
  if (await isReachableByOthers(source)) return source;
  const copy = join(sharedRoot, 'programs', name);
  if ((await modeOf(copy)) !== null) return copy;
  // Renamed into place when whole, so that a copy cut short is never used.
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  await cp(source, unfinished, { recursive: true, dereference: true });
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if ((await modeOf(copy)) === null) throw error;
  }
  return copy;
}

/** Permission bits, or null where nothing is. */
async function modeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
