import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

const maxBytes = 5_000_000;

/** Appends what a child prints to a file. Beyond 5 MB the file is set aside as `.1`; one of those is kept. */
export function keepLog(path: string, ...streams: (Readable | null)[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const write = (chunk: Buffer) => {
    try {
      if (bytes + chunk.length > maxBytes) {
        renameSync(path, `${path}.1`);
        bytes = 0;
      }
      appendFileSync(path, chunk, { mode: 0o600 });
      bytes += chunk.length;
    } catch {
      // A full disk costs lines of a log; it must not cost the process that printed them.
    }
  };
  for (const stream of streams) stream?.on('data', write);
}

/** The last few lines, for an error message. */
export function endOfLog(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '(nothing was printed)';
  }
}
