import { describe, expect, it } from '@jest/globals';
import { counterFiles, readOomKills } from './oom-kills';

describe('the count of processes that the kernel ended for want of memory', () => {
  it.each([
    [
      'of the first version',
      '9:name=systemd:/\n4:cpu,memory:/tenants\n0::/\n',
      'memory/tenants/memory.oom_control',
    ],
    ['of the second version', '0::/tenants.slice\n', 'tenants.slice/memory.events'],
  ])('is looked for in a control group %s first', (_title, groups, path) => {
    expect(counterFiles(groups)[0]).toBe(`/sys/fs/cgroup/${path}`);
    expect(counterFiles(groups).at(-1)).toBe('/proc/vmstat');
  });

  it('is found in a container, where a group has its name of outside', () => {
    expect(counterFiles('4:memory:/docker/0123\n0::/docker/0123\n')).toEqual([
      '/sys/fs/cgroup/memory/docker/0123/memory.oom_control',
      '/sys/fs/cgroup/docker/0123/memory.events',
      '/sys/fs/cgroup/memory/memory.oom_control',
      '/sys/fs/cgroup/memory.events',
      '/proc/vmstat',
    ]);
  });

  it('is told by this machine', () => {
    expect(readOomKills()).toBeGreaterThanOrEqual(0);
  });
});
