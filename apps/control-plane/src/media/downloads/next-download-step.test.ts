import { describe, expect, it } from '@jest/globals';
import { nextDownloadStep, type DownloadOutcome } from './next-download-step';

const policy = {
  maxAttempts: 3,
  retry: { firstMs: 1_000, maxMs: 60_000, jitter: 0.5 },
  waitMs: 10_000,
};
const after = (outcome: DownloadOutcome, attempts = 1, random = 0) =>
  nextDownloadStep(outcome, attempts, policy, random);

describe('after a try to fetch media', () => {
  it.each([
    ['worker_away', 2_000],
    ['no_room', 10_000],
    ['unsupported', 10_000],
  ] as const)('%s: waits, and the try does not count', (reason, delayMs) => {
    expect(after({ kind: 'hindered', reason }, 99)).toEqual({ kind: 'wait', delayMs, reason });
  });

  it.each(['not_fetched', 'timed_out', 'damaged', 'message_missing'] as const)(
    '%s: later and later, with jitter, and FAILED when the tries are used up',
    (reason) => {
      const failed = { kind: 'failed', reason } as const;
      expect(after(failed, 1)).toEqual({ kind: 'retry', delayMs: 1_000, reason });
      expect(after(failed, 2)).toEqual({ kind: 'retry', delayMs: 2_000, reason });
      expect(after(failed, 2, 0.5)).toEqual({ kind: 'retry', delayMs: 1_500, reason });
      expect(after(failed, 3)).toEqual({ kind: 'end', state: 'FAILED', reason });
    },
  );

  it('what a phone was asked for in vain is GONE', () => {
    expect(after({ kind: 'failed', reason: 'awaited' })).toMatchObject({ kind: 'retry' });
    expect(after({ kind: 'failed', reason: 'awaited' }, 3)).toMatchObject({ kind: 'end', state: 'GONE' });
  });

  it.each([
    ['gone', 'GONE'],
    ['too_large', 'TOO_LARGE'],
    ['message_missing', 'FAILED'],
  ] as const)('%s for good: %s at once', (reason, state) => {
    expect(after({ kind: 'hopeless', reason })).toEqual({ kind: 'end', state, reason });
  });
});
