import { describe, expect, it } from '@jest/globals';
import { supervisionPolicySchema } from './policy';
import { planRestart } from './restart-policy';

const policy = supervisionPolicySchema.parse({}).restart;
const now = 1_000_000_000;
const secondsAgo = (...seconds: number[]) => seconds.map((value) => now - value * 1_000);
const plan = (earlierCrashes: number[], healthySince: number | null = null) =>
  planRestart(policy, { now, earlierCrashes, healthySince, random: 0 });

describe('planRestart', () => {
  it.each([
    ['the first crash restarts at once', [], 0],
    ['the second waits a second', secondsAgo(5), 1_000],
    ['the third waits two', secondsAgo(9, 5), 2_000],
    ['the fourth waits four', secondsAgo(20, 9, 5), 4_000],
    ['crashes of more than ten minutes ago are forgotten', secondsAgo(900, 800, 700, 601), 0],
  ])('%s', (_title, earlier, delayMs) => {
    expect(plan(earlier)).toMatchObject({ isLooping: false, delayMs });
  });

  it('the fifth crash within ten minutes is a crash loop, tried slowly', () => {
    expect(plan(secondsAgo(500, 300, 200, 100))).toMatchObject({ isLooping: true, delayMs: 300_000 });
  });

  it('ten healthy minutes wipe the slate', () => {
    expect(plan(secondsAgo(590, 589, 588, 587), now - 600_000)).toEqual({
      crashes: [now],
      isLooping: false,
      delayMs: 0,
    });
  });

  it('remembers no more crashes than it decides with', () => {
    const many = Array.from({ length: 50 }, (_, index) => now - index);
    expect(plan(many).crashes).toHaveLength(policy.loopCrashes);
  });

  it('jitter only shortens', () => {
    const { delayMs } = planRestart(policy, {
      now,
      earlierCrashes: secondsAgo(5),
      healthySince: null,
      random: 0.999,
    });
    expect(delayMs).toBeGreaterThanOrEqual(800);
    expect(delayMs).toBeLessThan(1_000);
  });
});
