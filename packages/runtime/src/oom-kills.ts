import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has ended so far for want of memory: of our own control group where that is told, else
 * of the whole machine; null where neither is. A process that was ended by SIGKILL while this rose was ended for that,
 * as far as can be known.
 */
export function readOomKills(): number | null {
  for (const path of counterFiles(read('/proc/self/cgroup'))) {
    const count = /^oom_kill (\d+)$/m.exec(read(path))?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}

/** @param groups as /proc/self/cgroup lists them: of the first version by controller, of the second in one line */
export function counterFiles(groups: string): string[] {
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  return [
    ...(first === undefined ? [] : [`/sys/fs/cgroup/memory${first}/memory.oom_control`]),
    ...(second === undefined ? [] : [`/sys/fs/cgroup${second}/memory.events`]),
    // In a container the name of our group is often that of outside, and its files lie at the top.
    '/sys/fs/cgroup/memory/memory.oom_control',
    '/sys/fs/cgroup/memory.events',
    '/proc/vmstat',
  ];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
