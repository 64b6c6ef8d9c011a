import type { SessionState } from '@wafleet/contracts';
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
  const isQuiet = !memory.isBusy && now - (memory.lastMessageAt ?? 0) >= policy.quietMs;
  return isQuiet && sessionState === 'CONNECTED' && ageMs >= policy.recycleEveryMs;
}
