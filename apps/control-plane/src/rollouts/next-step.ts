import type { RolloutItemState, RolloutState } from '@wafleet/contracts';

/** What the next step of a rollout is decided with. */
export interface RolloutFacts {
  state: RolloutState;
  canaries: number;
  atOnce: number;
  maxFailures: number;
  /** Failures of before it was resumed. */
  forgiven: number;
  counts: Record<RolloutItemState, number>;
  /** Those of the canaries that are settled, and all that were begun. */
  canariesBegun: number;
  canariesSettled: number;
  /** Of those that wait: connected now; on their way to that. */
  ready: number;
  onTheirWay: number;
}

export type RolloutStep =
  | { kind: 'wait' }
  /** So many more get the build. */
  | { kind: 'begin'; count: number; asCanaries: boolean }
  | { kind: 'go_back'; count: number }
  | { kind: 'stop'; detail: string }
  /** Nobody is left who could get it now: those who wait take it with their next start. */
  | { kind: 'end' };

/** The one thing to do about a rollout now. */
export function nextStep(facts: RolloutFacts): RolloutStep {
  const { counts, atOnce } = facts;
  switch (facts.state) {
    case 'RUNNING':
      return whileRunning(facts);
    case 'GOING_BACK': {
      if (counts.TO_GO_BACK === 0) return counts.GOING_BACK === 0 ? { kind: 'end' } : { kind: 'wait' };
      const room = atOnce - counts.GOING_BACK;
      return room > 0 ? { kind: 'go_back', count: room } : { kind: 'wait' };
    }
    default:
      return { kind: 'wait' };
  }
}

function whileRunning(facts: RolloutFacts): RolloutStep {
  const { counts, canaries, canariesBegun, canariesSettled, ready } = facts;
  const failures = counts.FAILED - facts.forgiven;
  if (failures > facts.maxFailures)
    return { kind: 'stop', detail: `${failures} of ${tried(facts)} tenants failed with it.` };
  const room = facts.atOnce - counts.UNDER_WAY;
  const missing = canaries - canariesBegun;
  if (missing > 0 && ready > 0)
    return room > 0 ? { kind: 'begin', count: Math.min(room, missing), asCanaries: true } : { kind: 'wait' };
  // All canaries have stood their watch before anybody else gets it.
  if (canariesSettled < canariesBegun) return { kind: 'wait' };
  if (ready > 0) return room > 0 ? { kind: 'begin', count: room, asCanaries: false } : { kind: 'wait' };
  const isOpen = counts.UNDER_WAY + counts.WATCHED + facts.onTheirWay > 0;
  return isOpen ? { kind: 'wait' } : { kind: 'end' };
}

const tried = ({ counts }: RolloutFacts) => counts.UNDER_WAY + counts.WATCHED + counts.DONE + counts.FAILED;
