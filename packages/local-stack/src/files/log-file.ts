import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const maxBytes = 5_000_000;

/** Opens a log for a child's output, appending. One that has grown beyond 5 MB is set aside as `.1`, one is kept. */
export async function openLog(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > maxBytes) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}
