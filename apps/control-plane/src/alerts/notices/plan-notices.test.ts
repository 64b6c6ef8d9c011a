import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CauseGroup, planNotices, type Untold } from './plan-notices';

const limits = { holdMs: 120_000, maxPerHour: 12 };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const now = 1_000 * hourMs;

let count = 0;
const untold = (ageMs: number, reason = 'page_incompatible', part: Partial<Untold> = {}): Untold => ({
  alertId: `alt_${++count}`,
  kind: 'opened',
  about: 'tenants',
  reason,
  since: now - ageMs,
  ...part,
});
const many = (n: number, ageMs: number, reason?: string) =>
  Array.from({ length: n }, () => untold(ageMs, reason));
/** Notices as the sizes of their causes. */
const shape = (notices: CauseGroup[][]) =>
  notices.map((groups) => groups.map(({ reason, kind, alerts }) => `${kind} ${reason} ${alerts.length}`));
const plan = (alerts: Untold[], recent: number[] = []) => shape(planNotices(alerts, recent, now, limits));

describe('planNotices', () => {
  it('tells nothing while everything may still heal by itself', () => {
    expect(plan([])).toEqual([]);
    expect(plan(many(3, limits.holdMs - 1))).toEqual([]);
  });

  it('tells many tenants of one cause as one, with those that came after the first', () => {
    expect(plan([untold(limits.holdMs), ...many(211, 1_000)])).toEqual([['opened page_incompatible 212']]);
  });

  it('tells one notice per cause, the oldest first, and leaves causes that are young', () => {
    const alerts = [
      untold(3 * minuteMs, 'phone_logged_out'),
      untold(5 * minuteMs, 'restricted'),
      untold(minuteMs, 'disk_full'),
    ];
    expect(plan(alerts)).toEqual([['opened restricted 1'], ['opened phone_logged_out 1']]);
  });

  it('keeps an end, a beginning, and the control plane itself apart', () => {
    const alerts = [
      untold(4 * minuteMs, 'restricted', { kind: 'ended' }),
      untold(3 * minuteMs, 'restricted'),
      untold(3 * minuteMs, 'fleet_silent', { about: 'control_plane' }),
    ];
    expect(plan(alerts)).toEqual([
      ['ended restricted 1'],
      ['opened restricted 1'],
      ['opened fleet_silent 1'],
    ]);
  });

  it('tells more causes at once than half of the hour allows in one notice', () => {
    const alerts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((reason) => untold(5 * minuteMs, reason));
    expect(plan(alerts.slice(0, 6))).toHaveLength(6);
    expect(plan(alerts)).toHaveLength(1);
    expect(plan(alerts)[0]).toHaveLength(7);
  });

  it('after half of the hour is used, tells whatever is due together, every ten minutes', () => {
    const alerts = [untold(5 * minuteMs, 'a'), untold(5 * minuteMs, 'b')];
    const used = [30, 29, 28, 27, 26].map((age) => now - age * minuteMs);
    expect(plan(alerts, [...used, now - 9 * minuteMs])).toEqual([]);
    expect(plan(alerts, [...used, now - 10 * minuteMs])).toEqual([['opened a 1', 'opened b 1']]);
  });

  it('forgets notices of more than an hour ago', () => {
    const used = Array.from({ length: 12 }, (_, index) => now - hourMs - index);
    expect(plan([untold(5 * minuteMs)], used)).toHaveLength(1);
  });

  it('never exceeds the number of an hour, tells everything in the end, and nothing twice', () => {
    const arrivals = fc.array(
      fc.record({ atMinute: fc.integer({ min: 0, max: 179 }), reason: fc.constantFrom(...'abcdefghijkl') }),
      { minLength: 1, maxLength: 300 },
    );
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 2, max: 12 }), (all, maxPerHour) => {
        const start = now;
        let waiting: Untold[] = [];
        const written: number[] = [];
        const told: string[] = [];
        for (let minute = 0; minute < 180 + 70; minute += 1) {
          const at = start + minute * minuteMs;
          for (const { atMinute, reason } of all)
            if (atMinute === minute) waiting.push(untold(0, reason, { since: at }));
          for (const groups of planNotices(waiting, written, at, { ...limits, maxPerHour })) {
            written.push(at);
            const ids = groups.flatMap(({ alerts }) => alerts.map(({ alertId }) => alertId));
            told.push(...ids);
            waiting = waiting.filter(({ alertId }) => !ids.includes(alertId));
          }
          expect(written.filter((moment) => moment > at - hourMs).length).toBeLessThanOrEqual(maxPerHour);
        }
        expect(waiting).toEqual([]);
        expect(new Set(told).size).toBe(all.length);
        expect(told).toHaveLength(all.length);
      }),
      { numRuns: 30 },
    );
  });
});
