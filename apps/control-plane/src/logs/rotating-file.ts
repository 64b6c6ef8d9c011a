import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Older files of a log that are kept beside it, newest first. */
export function olderFiles(path: string, kept: number): string[] {
  return Array.from({ length: kept - 1 }, (_, index) => `${path}.${index + 1}`);
}

/**
 * Appends lines to a file; when it has reached `maxBytes` it is moved aside, and `kept` files remain in all.
 * Opens the file for each line: many tenants have logs, few of them write at any moment.
 * @throws Error of the file system
 */
export function appendToRotatingFile(
  path: string,
  line: string,
  options: { maxBytes: number; kept: number },
): void {
  const file = openSync(path, appendOnly, 0o600);
  try {
    writeSync(file, line);
    if (fstatSync(file).size < options.maxBytes) return;
  } finally {
    closeSync(file);
  }
  rotate([path, ...olderFiles(path, options.kept)]);
}

const appendOnly = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

function rotate(paths: string[]): void {
  for (let index = paths.length - 1; index > 0; index--) {
    try {
      renameSync(paths[index - 1] as string, paths[index] as string);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
