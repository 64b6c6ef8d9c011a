import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const maxBytes = 5 * 1024 * 1024;
const kept = 3;

/** A log that is written line by line and renamed when it is full: `path`, `path.1`, `path.2`, the oldest dropped. */
export class LogFile {
  private fd: number;
  private size: number;

  constructor(private readonly path: string) {
    this.fd = openSync(path, 'a', 0o640);
    this.size = fstatSync(this.fd).size;
  }

  write(line: string): void {
    this.size += writeSync(this.fd, line);
    if (this.size >= maxBytes) this.rotate();
  }

  private rotate(): void {
    closeSync(this.fd);
    for (let age = kept - 1; age >= 1; age -= 1) {
      const younger = age === 1 ? this.path : `${this.path}.${age - 1}`;
      try {
        renameSync(younger, `${this.path}.${age}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    this.fd = openSync(this.path, 'a', 0o640);
    this.size = 0;
  }
}
