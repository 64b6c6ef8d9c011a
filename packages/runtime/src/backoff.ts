export interface BackoffPolicy {
  /** Delay of the first retry. */
  firstMs: number;
  maxMs: number;
  /** Share of the delay that is random, 0–1: 0.2 gives 80–100 % of the delay. */
  jitter: number;
}

/**
 * Doubling delay with jitter, in milliseconds.
 * @param attempt 1 for the first retry
 * @param random a number in [0, 1)
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: number): number {
  const exponent = Math.min(Math.max(attempt, 1) - 1, 30);
  const delay = Math.min(policy.firstMs * 2 ** exponent, policy.maxMs);
  return Math.round(delay * (1 - policy.jitter * random));
}
