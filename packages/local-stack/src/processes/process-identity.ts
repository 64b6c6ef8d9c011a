import { readProcFile, statFields } from '@wafleet/runtime';

/** A process id alone is reused by the system; with its start time it names one process for good. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot, as /proc tells it. */
  startTime: string;
}

/** Null when no such process lives (a zombie doesn't). */
export function identify(pid: number): ProcessIdentity | null {
  const stat = readProcFile(pid, 'stat');
  if (stat === null) return null;
  const fields = statFields(stat);
  const [state, startTime] = [fields[0], fields[19]];
  if (state === 'Z' || startTime === undefined) return null;
  return { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** The command line's words; empty when the process is gone. */
export function commandLine(pid: number): string[] {
  return readProcFile(pid, 'cmdline')?.split('\0').slice(0, -1) ?? [];
}
