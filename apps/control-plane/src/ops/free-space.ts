import { statfs } from 'node:fs/promises';

/** Bytes that are free for us where least are, of the disks that hold these folders; null where that can't be told. */
export async function leastFreeBytes(folders: readonly string[]): Promise<number | null> {
  const found = await Promise.all(folders.map((folder) => statfs(folder).catch(() => null)));
  const free = found.flatMap((disk) => (disk === null ? [] : [disk.bavail * disk.bsize]));
  return free.length === 0 ? null : Math.min(...free);
}
