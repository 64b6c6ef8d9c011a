import { backoffMs } from '@wafleet/runtime';
import type { DownloadPolicy } from './download-policy';
import type { DownloadReason } from './download-reasons';

/** What became of one try, short of the bytes being stored. */
export type DownloadOutcome =
  /** Not the media's fault: no worker, or no room. */
  | { kind: 'hindered'; reason: Extract<DownloadReason, 'worker_away' | 'no_room' | 'unsupported'> }
  /** It may be another time. */
  | {
      kind: 'failed';
      reason: Extract<
        DownloadReason,
        'awaited' | 'message_missing' | 'not_fetched' | 'timed_out' | 'damaged'
      >;
    }
  | { kind: 'hopeless'; reason: Extract<DownloadReason, 'gone' | 'too_large' | 'message_missing'> };

export type DownloadStep =
  | { kind: 'wait'; delayMs: number; reason: DownloadReason }
  | { kind: 'retry'; delayMs: number; reason: DownloadReason }
  | { kind: 'end'; state: 'FAILED' | 'GONE' | 'TOO_LARGE'; reason: DownloadReason };

const awayMs = 2_000;

/** What to do after a try. `wait` gives the try back: it does not count. */
export function nextDownloadStep(
  outcome: DownloadOutcome,
  /** This try included. */
  attempts: number,
  policy: Pick<DownloadPolicy, 'maxAttempts' | 'retry' | 'waitMs'>,
  /** In [0, 1). */
  random: number,
): DownloadStep {
  const { reason } = outcome;
  switch (outcome.kind) {
    case 'hindered': {
      // A session that connects wakes it; this is for one that lost its page and was not heard of yet.
      const firstMs = reason === 'worker_away' ? Math.min(awayMs, policy.waitMs) : policy.waitMs;
      return { kind: 'wait', delayMs: backoffMs({ ...policy.retry, firstMs }, 1, random), reason };
    }
    case 'hopeless':
      return { kind: 'end', state: endOf(outcome.reason), reason };
    case 'failed':
      if (attempts >= policy.maxAttempts)
        return { kind: 'end', state: outcome.reason === 'awaited' ? 'GONE' : 'FAILED', reason };
      return { kind: 'retry', delayMs: backoffMs(policy.retry, attempts, random), reason };
  }
}

function endOf(
  reason: Extract<DownloadOutcome, { kind: 'hopeless' }>['reason'],
): 'FAILED' | 'GONE' | 'TOO_LARGE' {
  switch (reason) {
    case 'gone':
      return 'GONE';
    case 'too_large':
      return 'TOO_LARGE';
    case 'message_missing':
      return 'FAILED';
  }
}
