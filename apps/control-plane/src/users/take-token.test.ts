import { describe, expect, it } from '@jest/globals';
import { type Bucket, takeToken } from './take-token';

const policy = { size: 3, perTokenMs: 1_000 };

describe('a token bucket', () => {
  it('gives its whole size at once, then one at a time at its pace', () => {
    let bucket: Bucket | undefined;
    const takeAt = (nowMs: number) => {
      const taken = takeToken(bucket, policy, nowMs);
      ({ bucket } = taken);
      return [taken.isTaken, taken.left, taken.nextInMs];
    };
    expect(takeAt(0)).toEqual([true, 2, 0]);
    expect(takeAt(0)).toEqual([true, 1, 0]);
    expect(takeAt(0)).toEqual([true, 0, 1_000]);
    expect(takeAt(400)).toEqual([false, 0, 600]);
    expect(takeAt(999)).toEqual([false, 0, 1]);
    expect(takeAt(1_000)).toEqual([true, 0, 1_000]);
    expect(takeAt(60_000)).toEqual([true, 2, 0]);
  });

  it('is not emptied further by who asks in vain', () => {
    const empty = { fullAtMs: 3_000 };
    expect(takeToken(empty, policy, 0)).toMatchObject({ isTaken: false, bucket: empty });
  });

  it('gives nothing for a clock that is set back', () => {
    expect(takeToken({ fullAtMs: 9_000 }, policy, 0).isTaken).toBe(false);
  });
});
