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

  it('is told by this machine', () => {
    expect(readOomKills()).toBeGreaterThanOrEqual(0);
  });
});
