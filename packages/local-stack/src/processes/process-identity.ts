import { readFileSync } from 'node:fs';

/** A process id alone is reused by the system; with its start time it names one process for good. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot, as /proc tells it. */
  startTime: string;
}

/** Null when no such process lives (a zombie doesn't). */
export function identify(pid: number): ProcessIdentity | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;
  // The second field is the name in brackets and may hold spaces; the fields after it start with the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (state === 'Z' || startTime === undefined) return null;
  return { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** The command line's words; empty when the process is gone. */
export function commandLine(pid: number): string[] {
  return readProc(pid, 'cmdline')?.split('\0').slice(0, -1) ?? [];
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
