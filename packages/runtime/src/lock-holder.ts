import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readProcFile } from './proc';

/** Who holds a file's lock, in words for an operator: `process 4711 (chrome)`. */
export interface LockHolder {
  pid: number;
  description: string;
}

/**
 * The process that holds an flock(2) on the file. Null where none does, where the file is not there, and where the
 * holder is beyond our sight: in another container, or on another machine.
 */
export function findLockHolder(path: string): LockHolder | null {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return null;
  const { pid } = readFileLocks().find((lock) => lock.inode === file.ino && lock.device === file.dev) ?? {};
  return pid === undefined || pid === 0 ? null : { pid, description: describeProcess(pid) };
}

/** `process 4711 (chrome)`; without the name where it can't be read. */
export function describeProcess(pid: number): string {
  // A browser's own processes rewrite their arguments as one text with spaces.
  const program = readProcFile(pid, 'cmdline')?.split(/[\0 ]/, 1)[0];
  return program ? `process ${pid} (${basename(program)})` : `process ${pid}`;
}

/** An flock(2) that a process holds on a file. */
export interface FileLock {
  pid: number;
  device: number;
  inode: number;
}

/** All of this machine, as far as they can be seen. `1: FLOCK  ADVISORY  WRITE 4711 fe:01:131087 0 EOF`; one that waits for a lock has an arrow before its kind. */
export function readFileLocks(): FileLock[] {
  const lines = readFileSync('/proc/locks', 'latin1').split('\n');
  return lines.flatMap((line) => {
    const match = /^\d+: FLOCK +\w+ +\w+ +(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /.exec(line);
    if (match === null) return [];
    const [, pid, major, minor, inode] = match;
    const device = deviceNumber(parseInt(major as string, 16), parseInt(minor as string, 16));
    return [{ pid: Number(pid), device, inode: Number(inode) }];
  });
}

/** As stat(2) composes it, for the numbers that block devices have: 12 bits and 20 bits. */
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) + (major & 0xfff) * 0x100 + (minor >> 8) * 0x100000;
}
