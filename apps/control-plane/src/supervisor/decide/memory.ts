import type { SessionState, TenantLimits } from '@wafleet/contracts';
import type { MemoryPolicy } from './policy';

/** What a worker and its browser use together, and what they are busy with. Times are Unix milliseconds. */
export interface MemoryFacts {
  bytes: number;
  /** Messages are under way, in or out. */
  isBusy: boolean;
  /** Null where it has had none yet. */
  lastMessageAt: number | null;
}

/**
 * Whether a worker is to be replaced now because of the memory that its page has gathered: above the threshold in a
 * quiet moment, above the limit at once. Neither happens soon after its start, because what a page needs from the
 * beginning is needed by the next one, too, and replacing it again and again frees nothing.
 */
export function isRecycleDue(
  policy: MemoryPolicy,
  facts: {
    now: number;
    memory: MemoryFacts | null;
    startedAt: number | null;
    sessionState: SessionState;
  },
): boolean {
  const { now, memory, startedAt, sessionState } = facts;
  if (memory === null || startedAt === null) return false;
  const ageMs = now - startedAt;
  if (policy.limitBytes > 0 && memory.bytes >= policy.limitBytes && ageMs >= policy.youngMs) return true;
  if (policy.recycleBytes === 0 || memory.bytes < policy.recycleBytes) return false;
  return isQuiet(policy, { now, memory }) && sessionState === 'CONNECTED' && ageMs >= policy.recycleEveryMs;
}

/** Nothing is under way, and the last message is a while ago. */
export function isQuiet(
  policy: MemoryPolicy,
  { now, memory }: { now: number; memory: MemoryFacts | null },
): boolean {
  return memory !== null && !memory.isBusy && now - (memory.lastMessageAt ?? 0) >= policy.quietMs;
}

/** Of a tenant with a limit of its own: it is replaced before it comes to it, as the others are before theirs. */
export function memoryPolicyFor(policy: MemoryPolicy, limits: TenantLimits | null): MemoryPolicy {
  const most = limits?.memoryBytes;
  if (most === null || most === undefined) return policy;
  const share = (bytes: number, part: number) => (bytes === 0 ? 0 : Math.round(most * part));
  return {
    ...policy,
    recycleBytes: share(policy.recycleBytes, recycleShare),
    limitBytes: share(policy.limitBytes, limitShare),
  };
}

/** What the defaults are of the 1.25 GiB that a container has by default. */
const recycleShare = 0.45;
const limitShare = 0.8;
