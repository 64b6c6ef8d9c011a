import { readFileSync } from 'node:fs';
import type { ProcessEntry } from './process-table';

/**
 * Proportional set size of some processes together, in bytes; null when one of them can't be read. Walking the page
 * tables of a browser takes milliseconds, so this is not for every heartbeat.
 */
export function proportionalSetSize(pids: number[]): number | null {
  let total = 0;
  for (const pid of pids) {
    const size = readPss(pid);
    if (size === null) return null;
    total += size;
  }
  return total;
}

function readPss(pid: number): number | null {
  try {
    const match = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null;
  }
}

/** Processor time used between two looks at a tree, in percent of one core; ends and starts in between don't count. */
export function cpuPercent(before: ProcessEntry[], after: ProcessEntry[], elapsedMs: number): number {
  const earlier = new Map(before.map((entry) => [`${entry.pid}/${entry.startTime}`, entry.cpuTicks]));
  let ticks = 0;
  for (const entry of after) {
    ticks += Math.max(0, entry.cpuTicks - (earlier.get(`${entry.pid}/${entry.startTime}`) ?? entry.cpuTicks));
  }
  const msPerTick = 10;
  return elapsedMs > 0 ? (ticks * msPerTick * 100) / elapsedMs : 0;
}
