import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * The last complete lines of a file, newest first, from at most `maxBytes` of its end. A file that is absent, no
 * regular file, or a link to somewhere else has none: what lies in a tenant's folder was put there by its worker.
 */
export async function readLogTail(path: string, maxBytes: number): Promise<string[]> {
  const file = await openRegular(path);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - maxBytes);
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The first may have begun before, the last may still be written.
    if (start > 0) lines.shift();
    lines.pop();
    return lines.reverse();
  } finally {
    await file.close();
  }
}

async function openRegular(path: string): Promise<FileHandle | null> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw error;
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return null;
}
