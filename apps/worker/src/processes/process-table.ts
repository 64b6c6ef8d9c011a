import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';

/** One process as /proc tells it. Pid and start time together never name another one. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  /** The POSIX session; it stays the same when a parent dies. */
  session: number;
  /** Clock ticks since boot. */
  startTime: number;
  /** User and system time, in clock ticks. */
  cpuTicks: number;
  isZombie: boolean;
}

/** All processes that can be seen now. One that ends meanwhile is left out. */
export function readProcessTable(): ProcessEntry[] {
  return listProcessIds()
    .map(readProcess)
    .filter((entry) => entry !== null);
}

/** One process, or null when there is none of that pid. */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readProcFile(pid, 'stat');
  return stat === null ? null : parseStat(pid, stat);
}

/** `pid (name) state ppid pgrp session …` */
export function parseStat(pid: number, stat: string): ProcessEntry {
  const fields = statFields(stat);
  const field = (index: number) => Number(fields[index]);
  return {
    pid,
    parent: field(1),
    session: field(3),
    cpuTicks: field(11) + field(12),
    startTime: field(19),
    isZombie: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** Whether the very process, not another of its pid, is still there; zombies count as gone. */
export function isAlive(entry: ProcessEntry): boolean {
  const now = readProcess(entry.pid);
  return now !== null && !now.isZombie && now.startTime === entry.startTime;
}

/**
 * A process, its descendants, and what shares its session although its parent died. The browser leads a session of
 * its own, so that orphaned renderers are found as well.
 */
export function treeOf(leader: number, table: ProcessEntry[]): ProcessEntry[] {
  const members = new Set([leader]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const { pid, parent, session } of table) {
      if (!members.has(pid) && (members.has(parent) || session === leader)) {
        members.add(pid);
        grew = true;
      }
    }
  }
  return table.filter((entry) => members.has(entry.pid) && !entry.isZombie);
}
