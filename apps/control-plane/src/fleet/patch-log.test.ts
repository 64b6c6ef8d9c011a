import { describe, expect, it } from '@jest/globals';
import { createPatchLog } from './patch-log';

const patch = (gone: string[]) => ({ at: '2026-01-01T00:00:00.000Z', rows: [], gone });

describe('patches of the fleet', () => {
  it('go on after each that is kept, and after the table itself', () => {
    const log = createPatchLog('t');
    const start = log.id();
    const [first, second] = [log.add(patch(['a'])), log.add(patch(['b']))];
    expect(log.after(start)).toEqual([first, second]);
    expect(log.after(first.id)).toEqual([second]);
    expect(log.after(second.id)).toEqual([]);
    expect(log.id()).toBe(second.id);
  });

  it('of another table, not given out, or broken are unknown', () => {
    const log = createPatchLog('t');
    for (const id of ['other-0', 't-1', 't--1', 't-', 't-x', 't-0.5', ''])
      expect([id, log.after(id)]).toEqual([id, null]);
  });

  it('long past are unknown, and the newest is kept however long it is', () => {
    const log = createPatchLog('t');
    const start = log.id();
    const long = log.add(patch(Array.from({ length: 11_000 }, (_, index) => String(index))));
    expect(log.after(start)).toEqual([long]);
    const next = log.add(patch(['z']));
    expect(log.after(start)).toBeNull();
    expect(log.after(long.id)).toEqual([next]);
  });
});
