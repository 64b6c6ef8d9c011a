import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@wafleet/runtime';
import { Backfill } from './backfill';

const day = 24 * 3_600_000;
const now = 20_000 * day;

/** A page that holds messages with these times, in Unix seconds. */
function backfillOf(
  times: number[],
  options: { linkedAt?: number | null; listenedUntil?: number | null } = {},
) {
  const { linkedAt = 0, listenedUntil = null } = options;
  const brought: number[] = [];
  const asked: number[] = [];
  let failure: Error | null = null;
  const recentMessages = async (since: number, limit: number) => {
    asked.push(since);
    if (failure) throw failure;
    return times
      .filter((t) => t >= Math.floor(since / 1_000))
      .slice(0, limit)
      .map((t) => ({ t }));
  };
  const backfill = new Backfill({
    client: () => ({ recentMessages }),
    linkedAt: () => linkedAt,
    listenedUntil: () => listenedUntil,
    now: () => now,
    onMessage: (message) => void brought.push(Number(message['t'])),
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  return { backfill, brought, asked, fail: (error: Error | null) => (failure = error) };
}

describe('the backfill', () => {
  it('reads a day, or further back where nobody listened for longer', async () => {
    const usual = backfillOf([]);
    await usual.backfill.run();
    expect(usual.asked).toEqual([now - day]);
    const longAway = backfillOf([], { listenedUntil: now - 3 * day });
    await longAway.backfill.run();
    expect(longAway.asked).toEqual([now - 4 * day]);
  });

  it('brings nothing from before the link, and nothing while that is not known', async () => {
    const linked = backfillOf([], { linkedAt: now - 5_000, listenedUntil: now - 3 * day });
    await linked.backfill.run();
    expect(linked.asked).toEqual([now - 5_000]);
    const unknown = backfillOf([], { linkedAt: null });
    await unknown.backfill.run();
    expect(unknown.asked).toEqual([]);
  });

  it('leaves none out, however many there are', async () => {
    const second = now / 1_000 - 3_600;
    const times = Array.from({ length: 2_500 }, (_, index) => second + Math.floor(index / 10));
    const { backfill, brought } = backfillOf(times);
    await backfill.run();
    expect([...new Set(brought)]).toEqual([...new Set(times)]);
    for (const time of new Set(times))
      expect(brought.filter((t) => t === time).length).toBeGreaterThanOrEqual(10);
  });

  it('remembers a read only when it is complete', async () => {
    const { backfill, asked, fail } = backfillOf([], { listenedUntil: now - 3 * day });
    fail(new Error('the page went away'));
    await backfill.run();
    fail(null);
    await backfill.run();
    await backfill.run();
    expect(asked).toEqual([now - 4 * day, now - 4 * day, now - day]);
  });
});

describe('after the page became ready', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('it is read again when it has caught up, and once more for what comes late', async () => {
    const { backfill, asked } = backfillOf([]);
    backfill.onReady();
    await jest.advanceTimersByTimeAsync(9_000);
    backfill.onSyncing();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(asked).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(300_000);
    expect(asked).toHaveLength(3);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('stop() leaves no timer', async () => {
    const { backfill } = backfillOf([]);
    backfill.onReady();
    backfill.stop();
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
