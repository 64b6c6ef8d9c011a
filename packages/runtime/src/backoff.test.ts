import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff';

const policy = { firstMs: 1_000, maxMs: 60_000, jitter: 0.2 };

describe('backoffMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [6, 32_000],
    [7, 60_000],
    [10_000, 60_000],
  ])('attempt %i without jitter waits %i ms', (attempt, expected) => {
    expect(backoffMs(policy, attempt, 0)).toBe(expected);
  });

  it('jitter only shortens, by at most its share', () => {
    expect(backoffMs(policy, 1, 0.999)).toBeGreaterThanOrEqual(800);
    expect(backoffMs(policy, 1, 0.5)).toBe(900);
  });
});
