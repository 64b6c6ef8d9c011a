import { describe, expect, it } from '@jest/globals';
import { reconnectDelayMs } from './reconnect-delay';

describe('reconnectDelayMs', () => {
  it.each([
    [1, 0, 500],
    [2, 0, 1_000],
    [5, 0, 8_000],
    [1_000, 0, 8_000],
    [1, 0.5, 450],
  ])('attempt %i with chance %d waits %i ms', (attempt, random, expected) => {
    expect(reconnectDelayMs(attempt, random)).toBe(expected);
  });
});
