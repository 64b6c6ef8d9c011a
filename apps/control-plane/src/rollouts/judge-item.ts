import { type Reason, reasons, type TenantStatus } from '@wafleet/contracts';

/** Of one tenant that has got another build. Times are Unix milliseconds. */
export interface ItemFacts {
  now: number;
  status: TenantStatus;
  reason: Reason | null;
  /** The worker of now, the one that made way, and whether the one of now is of the build that it is to be of. */
  generation: number;
  generationBefore: number;
  isOfBuild: boolean;
  begunAt: number;
  /** When it was connected again; null until then. */
  upAt: number | null;
  /** When its workers ended unexpectedly lately, newest last. */
  crashes: readonly number[];
  watchMs: number;
}

export type ItemVerdict =
  | { kind: 'wait' }
  /** It is connected again, and watched from now on. */
  | { kind: 'up' }
  | { kind: 'done' }
  | { kind: 'failed'; outcome: string }
  /** Its next start takes the build; there is nothing to see before. */
  | { kind: 'skipped'; outcome: string };

/** Longer than any start should take; a place to boot in may be waited for however long. */
const patienceMs = 300_000;

/** How a tenant is doing with the build that it got. */
export function judgeItem(facts: ItemFacts): ItemVerdict {
  const { now, status, reason, upAt } = facts;
  if (status === 'PAUSED' || status === 'NEW' || status === 'ERASING')
    return { kind: 'skipped', outcome: 'Was stopped meanwhile.' };
  if (facts.generation === facts.generationBefore) return overdue(facts, facts.begunAt);
  if (facts.crashes.some((at) => at >= facts.begunAt)) return failed(`Its worker ended${because(reason)}.`);
  if (status === 'ERROR') return failed(`${labelOf(reason)}.`);
  if (status === 'QR_PENDING') return failed('Asks for a scan.');
  if (status !== 'ACTIVE' || !facts.isOfBuild) return overdue(facts, upAt ?? facts.begunAt);
  if (upAt === null) return { kind: 'up' };
  return now - upAt >= facts.watchMs ? { kind: 'done' } : { kind: 'wait' };
}

function overdue({ now, status, reason, upAt, watchMs }: ItemFacts, since: number): ItemVerdict {
  const allowedMs = patienceMs + (upAt === null ? 0 : watchMs);
  if (now - since < allowedMs || reason === 'capacity_wait') return { kind: 'wait' };
  return failed(
    `Not connected after ${Math.round(allowedMs / 60_000)} minutes: ${labelOf(reason) || status}.`,
  );
}

const failed = (outcome: string): ItemVerdict => ({ kind: 'failed', outcome });
const labelOf = (reason: Reason | null) => (reason === null ? '' : reasons[reason].label);
const because = (reason: Reason | null) => (reason === null ? '' : `: ${labelOf(reason)}`);
