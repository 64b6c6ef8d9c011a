import { describe, expect, it } from '@jest/globals';
import {
  isAlive,
  parseStat,
  readProcess,
  readProcessTable,
  treeOf,
  type ProcessEntry,
} from './process-table';

describe('parseStat', () => {
  it('reads past a name with spaces and parentheses', () => {
    const stat = '42 (a (b) c) S 7 40 39 0 -1 4194560 1 0 0 0 11 5 0 0 20 0 1 0 987654 1 1';
    expect(parseStat(42, stat)).toEqual({
      pid: 42,
      parent: 7,
      session: 39,
      cpuTicks: 16,
      startTime: 987654,
      isZombie: false,
    });
  });
});

describe('treeOf', () => {
  const entry = (pid: number, parent: number, session: number): ProcessEntry => ({
    pid,
    parent,
    session,
    startTime: 1,
    cpuTicks: 0,
    isZombie: false,
  });

  it('finds descendants, orphans of the same session, and their children', () => {
    const table = [
      entry(1, 0, 1),
      entry(12, 11, 10),
      entry(11, 10, 10),
      entry(10, 5, 10),
      entry(13, 1, 10),
      entry(14, 13, 14),
    ];
    expect(
      treeOf(10, table)
        .map(({ pid }) => pid)
        .sort(),
    ).toEqual([10, 11, 12, 13, 14]);
  });
});

describe('the table of this machine', () => {
  it('holds this process, which is alive', () => {
    const self = readProcessTable().find(({ pid }) => pid === process.pid);
    expect(self).toBeDefined();
    expect(isAlive(self as ProcessEntry)).toBe(true);
    expect(isAlive({ ...(self as ProcessEntry), startTime: 1 })).toBe(false);
    expect(readProcess(2 ** 22 + 1)).toBeNull();
  });
});
