import { readFileSync } from 'node:fs';

/** What the kernel counts of a control group, and the most it allows; null where it doesn't tell, or sets no limit. */
export interface ControlGroupUse {
  memoryBytes: number | null;
  memoryLimitBytes: number | null;
  pids: number | null;
  pidsLimit: number | null;
  /** Processor time since the group was made, of all that ever ran in it. */
  cpuMs: number | null;
  /** Processors. */
  cpuLimit: number | null;
}

/** More is what the kernel says where nothing is limited. */
const unlimited = 2 ** 53;

/**
 * Our own control group, of either version; only of use where nobody else is in it, as in a container, whose files lie
 * at the top.
 */
export function readControlGroup(root = '/sys/fs/cgroup'): ControlGroupUse {
  const first = (...names: string[]): number | null => {
    for (const name of names) {
      const value = Number(read(`${root}/${name}`) || NaN);
      if (value >= 0 && value < unlimited) return value;
    }
    return null;
  };
  return {
    memoryBytes: first('memory.current', 'memory/memory.usage_in_bytes'),
    memoryLimitBytes: first('memory.max', 'memory/memory.limit_in_bytes'),
    pids: first('pids.current', 'pids/pids.current'),
    pidsLimit: first('pids.max', 'pids/pids.max'),
    cpuMs: readCpuMs(root, first),
    cpuLimit: readCpuLimit(root, first),
  };
}

type First = (...names: string[]) => number | null;

function readCpuMs(root: string, first: First): number | null {
  const microseconds = /^usage_usec (\d+)$/m.exec(read(`${root}/cpu.stat`))?.[1];
  if (microseconds !== undefined) return Number(microseconds) / 1_000;
  const nanoseconds = first('cpuacct/cpuacct.usage', 'cpu,cpuacct/cpuacct.usage');
  return nanoseconds === null ? null : nanoseconds / 1e6;
}

/** So much time of processors in each period. */
function readCpuLimit(root: string, first: First): number | null {
  const [quota, period] = read(`${root}/cpu.max`).split(' ').map(Number);
  if (quota !== undefined && period !== undefined) return quota > 0 ? quota / period : null;
  const quotaOfFirst = first('cpu/cpu.cfs_quota_us', 'cpu,cpuacct/cpu.cfs_quota_us');
  const periodOfFirst = first('cpu/cpu.cfs_period_us', 'cpu,cpuacct/cpu.cfs_period_us');
  return quotaOfFirst && periodOfFirst ? quotaOfFirst / periodOfFirst : null;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
