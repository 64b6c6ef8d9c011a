import { workerExit } from '@wafleet/contracts';
import type { LinkFacts, TenantFacts } from './facts';
import { isQuiet, isRecycleDue, memoryPolicyFor } from './memory';
import type { SupervisionPolicy } from './policy';
import type { SessionAct } from './session-act';
import { stuckAs } from './stuck';

/** The one thing to do about a tenant now. */
export type Action =
  | { kind: 'none' }
  /** Nothing now; look again at that moment. */
  | { kind: 'wait'; until: number }
  | { kind: 'start'; generation: number }
  /** A live worker speaks for this generation: its row says so from now on. */
  | { kind: 'adopt' }
  | { kind: 'stop' }
  /** Its page has gathered too much memory: it is stopped and started anew. */
  | { kind: 'recycle' }
  /** It was started with other limits than the tenant's, and has a quiet moment: it makes way for a new one. */
  | { kind: 'replace' }
  /** What an operator asked for; it repeats until it is done. */
  | { kind: 'act'; act: SessionAct }
  | { kind: 'kill'; reason: 'worker_hung' | 'worker_exited'; detail?: string | null }
  /** Nobody scans its code, and it did not end that by itself: it is stopped until somebody asks for a new code. */
  | { kind: 'park'; reason: 'qr_expired' }
  /** The worker of this generation is proven dead; its end is written down. A crash leads to a later restart. */
  | { kind: 'record_end'; crash: 'worker_hung' | 'worker_exited' | 'out_of_memory' | null }
  /** Nothing is wanted and nothing runs: what is left of earlier trouble is forgotten. */
  | { kind: 'settle' }
  /** The profile lost its login; the newest snapshot takes its place. */
  | { kind: 'restore'; snapshotId: string }
  | { kind: 'remove' };

/** How soon a live worker that lost its link is looked at again, and for how long that often. */
const dyingLookMs = 200;
const dyingMs = 3_000;

/**
 * Decides for one tenant. Never starts a worker unless the one before is proven dead; what could not be found out
 * leads to nothing but a later look.
 */
export function reconcile(facts: TenantFacts, policy: SupervisionPolicy): Action {
  const { observed, worker, now } = facts;
  if (worker.pendingAct !== null && mayAct(facts, worker.pendingAct, policy))
    return { kind: 'act', act: worker.pendingAct };
  switch (observed.state) {
    case 'unknown':
      return { kind: 'wait', until: now + policy.sweepMs };
    case 'running':
      return observed.generation === worker.generation
        ? whileRunning(facts, policy)
        : { kind: 'kill', reason: 'worker_exited' };
    case 'stopped':
    case 'gone':
      return worker.hasEnded || worker.generation === 0 ? whileDead(facts) : recordEnd(facts);
  }
}

/**
 * A reset of reconnecting is for a worker that hears it, or for one whose end is written down with what it planned. A
 * link is ended or refused through the worker that holds it, while that can be hoped to hear.
 */
function mayAct(facts: TenantFacts, act: SessionAct, policy: SupervisionPolicy): boolean {
  const { desiredState, observed, worker, link } = facts;
  if (desiredState === 'ERASED' || observed.state === 'unknown') return false;
  const isHeard = link.current?.generation === worker.generation && link.current.silentMs < policy.hungMs;
  switch (act) {
    case 'force_cleanup':
    case 'reset':
    case 'restore':
      return true;
    case 'logout':
    case 'refuse_link':
      return observed.state !== 'running' || isHeard;
    case 'reset_reconnect': {
      if (observed.state !== 'running') return worker.hasEnded || worker.generation === 0;
      const isLeft = worker.status === 'RUNNING' && worker.replaceGeneration !== worker.generation;
      return isWanted(facts) && isLeft && isHeard;
    }
  }
}

function whileRunning(facts: TenantFacts, policy: SupervisionPolicy): Action {
  const { now, worker, session, link } = facts;
  // A logout of before this worker's start is nothing that it could clear up after.
  const isLoggedOut = session.state === 'LOGGED_OUT' && session.since >= (worker.startedAt ?? 0);
  const isOver = facts.parkedReason !== null || isLoggedOut;
  // It clears up after itself and exits; stopped in the middle, a used-up profile could stay in its place.
  const farewellEnds = session.since + policy.farewellMs;
  if (isOver && facts.desiredState === 'RUNNING' && now < farewellEnds)
    return { kind: 'wait', until: farewellEnds };
  const isReplaced = worker.replaceGeneration === worker.generation;
  const mustEnd = isOver || !isWanted(facts) || isReplaced || facts.isDrained;
  if (mustEnd || worker.status === 'STOPPING') return { kind: 'stop' };
  if (worker.hasEnded) return { kind: 'adopt' };
  if (worker.status === 'ERROR') return { kind: 'kill', reason: 'worker_hung' };
  if (link.current?.generation === worker.generation) return whileLinked(facts, link.current, policy);
  return whileLinkless(facts, policy);
}

function whileLinked(
  facts: TenantFacts,
  link: NonNullable<LinkFacts['current']>,
  policy: SupervisionPolicy,
): Action {
  if (link.silentMs >= policy.hungMs && facts.mayKillSilent) return { kind: 'kill', reason: 'worker_hung' };
  if (facts.worker.status !== 'RUNNING') return { kind: 'adopt' };
  const { now, memory, worker, session } = facts;
  const stuck = stuckAs(policy, { now, worker, session, link });
  if (stuck === 'unscanned') return { kind: 'park', reason: 'qr_expired' };
  if (stuck === 'no_progress')
    return { kind: 'kill', reason: 'worker_hung', detail: 'The session made no progress any more.' };
  const { startedAt } = worker;
  const ofMemory = memoryPolicyFor(policy.memory, facts.limits);
  if (isRecycleDue(ofMemory, { now, memory, startedAt, sessionState: session.state }))
    return { kind: 'recycle' };
  const isDue = !facts.limitsAreApplied && session.state === 'CONNECTED' && isQuiet(ofMemory, facts);
  return isDue ? { kind: 'replace' } : { kind: 'none' };
}

/** A closed link is news, not death: the process is looked at more often for a while. */
function whileLinkless(facts: TenantFacts, policy: SupervisionPolicy): Action {
  const { now, worker, link } = facts;
  const since = Math.max(link.linklessSince, worker.startedAt ?? 0);
  if (now - since >= policy.linklessMs && facts.mayKillSilent) return { kind: 'kill', reason: 'worker_hung' };
  if (worker.status === 'RUNNING' && now - since < dyingMs) return { kind: 'wait', until: now + dyingLookMs };
  return { kind: 'wait', until: Math.max(since + policy.linklessMs, now + policy.sweepMs) };
}

function recordEnd(facts: TenantFacts): Action {
  const { observed, worker } = facts;
  const wasAsked =
    !isWanted(facts) || worker.status === 'STOPPING' || worker.replaceGeneration === worker.generation;
  if (wasAsked) return { kind: 'record_end', crash: null };
  // The intent to start it was written, and then nothing was started.
  const wasNeverStarted = observed.state !== 'stopped' || observed.generation !== worker.generation;
  if (wasNeverStarted) return { kind: 'record_end', crash: null };
  if (observed.exit?.code === workerExit.parked) return { kind: 'record_end', crash: null };
  if (worker.reason === 'worker_hung') return { kind: 'record_end', crash: 'worker_hung' };
  return {
    kind: 'record_end',
    crash: observed.exit?.outOfMemory === true ? 'out_of_memory' : 'worker_exited',
  };
}

function whileDead(facts: TenantFacts): Action {
  const { now, worker } = facts;
  if (facts.desiredState === 'ERASED') return { kind: 'remove' };
  if (
    facts.desiredState === 'RUNNING' &&
    facts.restorable !== null &&
    facts.parkedReason === 'profile_corrupt'
  )
    return { kind: 'restore', snapshotId: facts.restorable };
  if (!isWanted(facts)) return isSettled(facts) ? { kind: 'none' } : { kind: 'settle' };
  const isAskedFor = worker.replaceGeneration === worker.generation;
  if (worker.nextStartAt !== null && worker.nextStartAt > now && !isAskedFor)
    return { kind: 'wait', until: worker.nextStartAt };
  return { kind: 'start', generation: worker.generation + 1 };
}

function isWanted(facts: TenantFacts): boolean {
  return facts.desiredState === 'RUNNING' && facts.parkedReason === null;
}

function isSettled({ worker }: TenantFacts): boolean {
  return (
    worker.status === 'STOPPED' &&
    worker.reason === null &&
    worker.nextStartAt === null &&
    worker.crashes.length === 0
  );
}
