import { reasons, type Reason } from '@wafleet/contracts';
import { backoffMs } from '@wafleet/runtime';

export interface ReconnectPolicy {
  firstMs: number;
  maxMs: number;
  /** Tries before they become slow. */
  attempts: number;
  slowMs: number;
  /** Between tries where somebody must mend the machine: what is missing is seen before a browser starts. */
  machineMs: number;
}

export type RetryDecision =
  /** Counted: the attempt's number, 1 for the first. */
  | { kind: 'retry'; attempt: number; delayMs: number }
  /** The attempts are used up; tries go on slowly. */
  | { kind: 'exhausted'; delayMs: number }
  /** A person must act; occasional tries find out when they did. Uses no attempt. */
  | { kind: 'slow'; delayMs: number }
  | { kind: 'never' };

/**
 * When the next browser opens after one failed. The first try is at once, because most failures are over by then;
 * the following ones wait firstMs, doubling.
 * @param used attempts used since the session was last stable
 * @param random a number in [0, 1)
 */
export function decideRetry(
  reason: Reason,
  used: number,
  policy: ReconnectPolicy,
  random: number,
): RetryDecision {
  switch (reasons[reason].retry) {
    case 'parked':
      return { kind: 'never' };
    case 'slow':
      return {
        kind: 'slow',
        delayMs: reasons[reason].userAction === 'fix_machine' ? policy.machineMs : policy.slowMs,
      };
    case 'none':
    case 'network':
    case 'browser':
    case 'process': {
      if (used >= policy.attempts) return { kind: 'exhausted', delayMs: policy.slowMs };
      const backoff = { firstMs: policy.firstMs, maxMs: policy.maxMs, jitter: 0.3 };
      return { kind: 'retry', attempt: used + 1, delayMs: used === 0 ? 0 : backoffMs(backoff, used, random) };
    }
  }
}

/** What is known while the network is away. */
export interface OutageFacts {
  /** The page could fetch something from WhatsApp just now. */
  isReachable: boolean;
  /** The page was signed in before; it may come back by itself. */
  hadSignedIn: boolean;
  /** Since the last step but waiting, while WhatsApp stayed reachable; null before the first. */
  sinceStepMs: number | null;
  /** New browsers that this outage already cost. */
  browsersUsed: number;
}

export type OutageStep = { kind: 'wait' } | { kind: 'nudge_socket' } | { kind: 'new_browser' };

/**
 * The ladder of an outage: wait until WhatsApp is reachable, tell the page's socket to reconnect, and only when that
 * does not help open a new browser; ever more patiently, because each costs a sign-in.
 */
export function nextOutageStep(
  facts: OutageFacts,
  policy: { patienceMs: number; maxMs: number },
): OutageStep {
  if (!facts.isReachable) return { kind: 'wait' };
  if (facts.sinceStepMs === null) return { kind: facts.hadSignedIn ? 'nudge_socket' : 'new_browser' };
  const patienceMs = Math.min(policy.patienceMs * 2 ** facts.browsersUsed, policy.maxMs);
  return { kind: facts.sinceStepMs >= patienceMs ? 'new_browser' : 'wait' };
}
