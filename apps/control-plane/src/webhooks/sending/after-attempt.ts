import type { WebhookProblem } from '@wafleet/contracts';
import { backoffMs } from '@wafleet/runtime';
import type { PostOutcome } from '../../egress/guarded-post';
import type { WebhookPolicy } from '../webhook-policy';

/** What becomes of a delivery, and of its endpoint, after an attempt. */
export type AttemptDecision =
  | { kind: 'delivered' }
  /** Refused for itself: the next of its chat goes on. */
  | { kind: 'park'; problem: WebhookProblem }
  /** The endpoint can't take anything now: the delivery waits with everything else. */
  | { kind: 'pause'; problem: WebhookProblem; pauseMs: number }
  /** The endpoint wants nothing more. */
  | { kind: 'disable'; problem: WebhookProblem };

export interface AttemptFacts {
  /** Of this delivery, this one included. */
  attempts: number;
  /** Of the endpoint in a row, before this one. */
  failures: number;
  /** Whether the endpoint took others since this delivery first failed. */
  takesOthers: boolean;
}

/** Of the 4xx answers, those that another try may well change. */
const passingRefusals = [408, 425];

/** @param random a number in [0, 1) */
export function afterAttempt(
  outcome: PostOutcome,
  facts: AttemptFacts,
  policy: Pick<WebhookPolicy, 'pause' | 'maxRetryAfterMs' | 'maxAttemptsAlone'>,
  { now, random }: { now: Date; random: number },
): AttemptDecision {
  if (outcome.kind === 'failed') return pause(outcome.why);
  const { status } = outcome;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'disable', problem: 'gone' };
  if (status === 429) return pause('rate_limited', retryAfterMs(outcome.retryAfter, now));
  if (status < 200 || status >= 500 || passingRefusals.includes(status)) return pause('server_error');
  return status < 400 ? pause('redirected') : { kind: 'park', problem: 'refused' };

  function pause(problem: WebhookProblem, askedMs: number | null = null): AttemptDecision {
    if (facts.takesOthers && facts.attempts >= policy.maxAttemptsAlone && problem !== 'rate_limited')
      return { kind: 'park', problem: 'fails_alone' };
    const pauseMs =
      askedMs === null
        ? backoffMs(policy.pause, facts.failures + 1, random)
        : Math.min(Math.max(askedMs, policy.pause.firstMs), policy.maxRetryAfterMs);
    return { kind: 'pause', problem, pauseMs };
  }
}

/** Seconds, or a date; null for none, and for what is neither. */
function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = header.endsWith(' GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : at - now.getTime();
}
