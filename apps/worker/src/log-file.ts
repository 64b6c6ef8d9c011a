import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const maxBytes = 5 * 1024 * 1024;
const kept = 3;

/**
 * A log that is written line by line and renamed when it is full: `path`, `path.1`, `path.2`, the oldest dropped.
 * Never throws, because a worker must outlive a full disk: what can't be written is lost, and once there is room again
 * a line says how much was.
 */
export class LogFile {
  private fd: number | null = null;
  private size = 0;
  private lostLines = 0;

  constructor(private readonly path: string) {}

  write(line: string): void {
    try {
      if (this.lostLines > 0) this.append(`\n${lossOf(this.lostLines)}`);
      this.lostLines = 0;
      this.append(line);
      if (this.size >= maxBytes) this.rotate();
    } catch {
      this.lostLines += 1;
    }
  }

  /** @throws Error of the file system, also when only a part could be written */
  private append(text: string): void {
    this.fd ??= this.open();
    const bytes = Buffer.from(text);
    const written = writeSync(this.fd, bytes);
    this.size += written;
    if (written < bytes.length) throw new Error('there is no room for the whole line');
  }

  private open(): number {
    const fd = openSync(this.path, 'a', 0o640);
    this.size = fstatSync(fd).size;
    return fd;
  }

  private rotate(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
    for (let age = kept - 1; age >= 1; age -= 1) {
      const younger = age === 1 ? this.path : `${this.path}.${age - 1}`;
      try {
        renameSync(younger, `${this.path}.${age}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}

/** Begins on a line of its own, whatever is left there of the last one. */
function lossOf(lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, name: 'worker', lines, msg: 'log lines were lost' })}\n`;
}
