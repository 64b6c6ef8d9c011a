import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isOrphan, type TenantProcess } from './checks/tenant-processes';
import { nodeVersion } from './checks/machine/versions';
import { judgeClock } from './checks/whatsapp';
import { worstOf } from './finding';
import { testedVersions } from './tested-versions';

describe('versions', () => {
  it.each([
    ['18.20.0', 'broken'],
    ['20.18.1', 'broken'],
    ['20.19.0', 'well'],
    ['23.1.0', 'warning'],
  ])('Node %s is %s', (version, level) => {
    expect(nodeVersion(version).level).toBe(level);
  });

  it('that were tested are the pinned ones', () => {
    const path = resolve(__dirname, '../../../worker/package.json');
    const { dependencies } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: object };
    expect(dependencies).toMatchObject(testedVersions.packages);
  });
});

describe('the clock', () => {
  const theirs = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const at = (seconds: number) => Date.parse(theirs) + seconds * 1_000;
  it.each([
    [1, 'well'],
    [-5, 'well'],
    [30, 'warning'],
    [-30, 'warning'],
    [3_600, 'broken'],
  ])('that differs by %s s is %s', (seconds, level) => {
    expect(judgeClock(theirs, at(seconds)).level).toBe(level);
  });

  it('is not judged by an answer without a date', () => {
    expect(judgeClock(null, at(0)).level).toBe('note');
  });
});

describe('worstOf', () => {
  it('is what is worst, and well where there is nothing', () => {
    expect(worstOf([])).toBe('well');
    expect(worstOf([{ level: 'note' }, { level: 'broken' }, { level: 'warning' }])).toBe('broken');
  });
});

describe('isOrphan', () => {
  const [one, other] = ['ten_one', 'ten_other'];
  const worker: TenantProcess = { pid: 2, parent: 1, tenantId: one, role: 'worker' };
  const lock: TenantProcess = { pid: 3, parent: 2, tenantId: one, role: 'other' };
  const browser: TenantProcess = { pid: 4, parent: 3, tenantId: one, role: 'browser' };
  it.each([
    ['whose worker lives', [worker, lock, browser], false],
    ['whose worker is gone', [lock, browser], true],
    ["that has another tenant's worker", [{ ...worker, tenantId: other }, lock, browser], true],
  ])('a browser %s: %s', (_title, all, isLeft) => {
    expect(isOrphan(browser, all)).toBe(isLeft);
  });
});
