import { readFileSync } from 'node:fs';
import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';

/** What Linux tells of processes, read from /proc. A process that is gone, or not ours to read, is null. */

export interface ProcessStat {
  pid: number;
  parentPid: number;
  /** False for a zombie: it runs no more and waits for its parent. */
  isAlive: boolean;
  /** In clock ticks since boot; with the boot id it tells a process from a later one of the same pid. */
  startTime: string;
}

export function readStat(pid: number): ProcessStat | null {
  const text = readProcFile(pid, 'stat');
  if (text === null) return null;
  const fields = statFields(text);
  const [state, parentPid] = fields;
  const startTime = fields[19];
  if (state === undefined || parentPid === undefined || startTime === undefined) return null;
  return { pid, parentPid: Number(parentPid), isAlive: !'ZXx'.includes(state), startTime };
}

export function listProcesses(): ProcessStat[] {
  return listProcessIds()
    .map(readStat)
    .filter((stat) => stat !== null);
}

/** The environment that the process was started with, `NAME=value` each. */
export function readEnvironmentOf(pid: number): string[] {
  return readProcFile(pid, 'environ')?.split('\0') ?? [];
}

export function readArguments(pid: number): string[] {
  return readProcFile(pid, 'cmdline')?.split('\0') ?? [];
}

/** The user that the process belongs to; that of its files in /proc can be another. */
export function readRealUser(pid: number): number | null {
  const user = /^Uid:\s+(\d+)/m.exec(readProcFile(pid, 'status') ?? '')?.[1];
  return user === undefined ? null : Number(user);
}

/** Changes with each boot of the machine. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
