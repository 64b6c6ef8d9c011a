import { describe, expect, it } from '@jest/globals';
import { dueInTrash } from './trash';

const policy = { days: 7, damagedDays: 30, keep: 5 };
const now = Date.parse('2026-11-25T12:00:00Z');
const due = (names: string[], changedAt = now) =>
  dueInTrash(
    names.map((name) => ({ name, changedAt })),
    now,
    policy,
  );

describe('dueInTrash', () => {
  it.each([
    ['a week old', '2026-11-18T12-00-00.000Z', true],
    ['not a week old', '2026-11-18T12-00-01.000Z', false],
    ["as the control plane's own clock writes it", '2026-11-18T11-59-59-999Z', true],
    ['damaged, a week old', '2026-11-18T12-00-00.000Z-damaged', false],
    ['damaged, a month old', '2026-10-26T12-00-00.000Z-damaged', true],
    ['of the future', '2030-01-01T00-00-00.000Z', false],
  ])('%s', (_title, name, isDue) => {
    expect(due([name])).toEqual(isDue ? [name] : []);
  });

  it('goes by the last change where the name tells no moment', () => {
    expect(due(['something else'])).toEqual([]);
    expect(due(['2026-99-99T99-99-99'], 0)).toEqual(['2026-99-99T99-99-99']);
  });

  it('keeps no more than the newest few', () => {
    const names = Array.from({ length: 8 }, (_, minute) => `2026-11-25T11-0${minute}-00.000Z`);
    expect(due(names).sort()).toEqual(names.slice(0, 3));
  });
});
