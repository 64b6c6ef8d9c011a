import { listProcessIds, readProcFile, statFields } from '@wafleet/runtime';
import { findTenantProcesses, type Fleet } from '@wafleet/testing';
import type { Report } from '../report';

const tickMs = 10;

type Part = 'browsers' | 'workers' | 'control plane' | 'Postgres' | 'stand-in and bench';

/** Runs the work and reports what it cost in processor time, each part's share of it, per message. */
export async function withProcessorTime<Result>(
  report: Report,
  name: string,
  fleet: Fleet,
  messages: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = spent(fleet);
  const result = await work();
  const after = spent(fleet);
  const shares = [...after].map(([part, ms]) => ({ part, ms: (ms - (before.get(part) ?? 0)) / messages }));
  const sum = shares.reduce((total, { ms }) => total + ms, 0);
  const parts = shares.map(({ part, ms }) => `${part} ${ms.toFixed(1)}`).join(', ');
  report.add(`${name}: processor time per message`, `${sum.toFixed(1)} ms: ${parts}`);
  return result;
}

/** Milliseconds of processor time until now, of processes that are still there. */
function spent({ stack, controlPlane }: Fleet): Map<Part, number> {
  const times = readTimes();
  const roles = new Map<number, Part>([
    [process.pid, 'stand-in and bench'],
    [controlPlane.process.pid, 'control plane'],
  ]);
  for (const { pid, role } of findTenantProcesses(stack.tenantsDir))
    roles.set(pid, role === 'worker' ? 'workers' : 'browsers');
  const sums = new Map<Part, number>();
  for (const [pid, { name, parent, ms }] of times) {
    const part = roles.get(pid) ?? (name === 'postgres' && isOurs(parent, times) ? 'Postgres' : null);
    if (part !== null) sums.set(part, (sums.get(part) ?? 0) + ms);
  }
  return sums;
}

interface Time {
  name: string;
  parent: number;
  ms: number;
}

function readTimes(): Map<number, Time> {
  const times = new Map<number, Time>();
  for (const pid of listProcessIds()) {
    const stat = readProcFile(pid, 'stat');
    if (stat === null) continue;
    const fields = statFields(stat);
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    times.set(pid, {
      name,
      parent: Number(fields[1]),
      ms: (Number(fields[11]) + Number(fields[12])) * tickMs,
    });
  }
  return times;
}

/** Whether the process is of this bench, or of a child of it. */
function isOurs(pid: number, times: Map<number, Time>): boolean {
  for (let at = pid; at > 1; at = times.get(at)?.parent ?? 0) if (at === process.pid) return true;
  return false;
}
