import { backoffMs } from '@wafleet/runtime';
import type { RestartPolicy } from './policy';

export interface RestartPlan {
  /** Crashes that count, newest last. */
  crashes: number[];
  isLooping: boolean;
  delayMs: number;
}

/**
 * What follows a crash: the first restart comes at once, later ones after a doubling delay, and a crash loop is
 * tried slowly. A worker that was healthy for long enough before this crash starts with a clean slate.
 * Times are Unix milliseconds.
 * @param random a number in [0, 1)
 */
export function planRestart(
  policy: RestartPolicy,
  facts: { now: number; earlierCrashes: readonly number[]; healthySince: number | null; random: number },
): RestartPlan {
  const wasHealthy = facts.healthySince !== null && facts.now - facts.healthySince >= policy.healthyMs;
  const counted = wasHealthy
    ? []
    : facts.earlierCrashes.filter((crash) => facts.now - crash < policy.windowMs);
  const crashes = [...counted, facts.now].slice(-policy.loopCrashes);
  if (crashes.length >= policy.loopCrashes) {
    return { crashes, isLooping: true, delayMs: jittered(policy.loopMs, policy.jitter, facts.random) };
  }
  const retry = crashes.length - 1;
  return { crashes, isLooping: false, delayMs: retry === 0 ? 0 : backoffMs(policy, retry, facts.random) };
}

function jittered(delayMs: number, jitter: number, random: number): number {
  return Math.round(delayMs * (1 - jitter * random));
}
