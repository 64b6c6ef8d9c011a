import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readControlGroup } from './control-group';

const use = {
  memoryBytes: 1_000,
  memoryLimitBytes: 2_000,
  pids: 7,
  pidsLimit: 40,
  cpuMs: 1_500,
  cpuLimit: 0.5,
};

describe('what the kernel counts of a control group', () => {
  it.each([
    [
      'of the first version',
      {
        'memory/memory.usage_in_bytes': '1000\n',
        'memory/memory.limit_in_bytes': '2000\n',
        'pids/pids.current': '7\n',
        'pids/pids.max': '40\n',
        'cpuacct/cpuacct.usage': '1500000000\n',
        'cpu/cpu.cfs_quota_us': '50000\n',
        'cpu/cpu.cfs_period_us': '100000\n',
      },
      use,
    ],
    [
      'of the second version',
      {
        'memory.current': '1000\n',
        'memory.max': '2000\n',
        'pids.current': '7\n',
        'pids.max': '40\n',
        'cpu.stat': 'usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n',
        'cpu.max': '50000 100000\n',
      },
      use,
    ],
    [
      'of the first version, with a name for two controllers',
      {
        'cpu,cpuacct/cpuacct.usage': '1500000000\n',
        'cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
        'cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      },
      {
        memoryBytes: null,
        memoryLimitBytes: null,
        pids: null,
        pidsLimit: null,
        cpuMs: 1_500,
        cpuLimit: null,
      },
    ],
    [
      'without limits',
      {
        'memory.current': '1000\n',
        'memory.max': 'max\n',
        'memory/memory.limit_in_bytes': '9223372036854771712\n',
        'cpu.max': 'max 100000\n',
      },
      {
        memoryBytes: 1_000,
        memoryLimitBytes: null,
        pids: null,
        pidsLimit: null,
        cpuMs: null,
        cpuLimit: null,
      },
    ],
  ])('%s', (_title, files, expected) => {
    const root = mkdtempSync(join(tmpdir(), 'wafleet-group-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    expect(readControlGroup(root)).toEqual(expected);
    rmSync(root, { recursive: true });
  });
});
