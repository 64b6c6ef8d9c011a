import {
  type ExportState,
  type Reason,
  reasons,
  type SnapshotState,
  type TenantStatus,
  type WorkerStatus,
} from '@wafleet/contracts';

export interface ItemFacts {
  action: 'start' | 'stop' | 'restart';
  status: TenantStatus;
  reason: Reason | null;
  workerStatus: WorkerStatus;
  /** The worker of now, and the one that ran when it was asked for. */
  generation: number;
  generationBefore: number;
  waitedMs: number;
}

export type ItemOutcome =
  { kind: 'wait' } | { kind: 'done'; outcome: string | null } | { kind: 'failed'; outcome: string };

/** Longer than any start should take; a place to boot in may be waited for however long. */
const patienceMs = 300_000;

/** What has come of a snapshot or an export that was asked for; its own lane gives it up in the end. */
export function copyOutcome(
  copy: { state: SnapshotState | ExportState; problem: string | null } | null,
): ItemOutcome {
  if (copy === null) return failed('Was deleted meanwhile.');
  if (copy.state === 'READY') return done();
  return copy.state === 'FAILED' ? failed(copy.problem ?? 'Failed.') : { kind: 'wait' };
}

/** What has come of an action on one tenant, as its status shows by now. */
export function itemOutcome(facts: ItemFacts): ItemOutcome {
  const outcome = facts.action === 'stop' ? ofStop(facts) : ofStart(facts);
  if (outcome.kind !== 'wait' || facts.waitedMs < patienceMs || facts.reason === 'capacity_wait')
    return outcome;
  const lasting = facts.reason === null ? facts.status : labelOf(facts.reason);
  return failed(`Not there after ${patienceMs / 60_000} minutes: ${lasting}.`);
}

function ofStop({ status, workerStatus }: ItemFacts): ItemOutcome {
  const hasEnded = workerStatus === 'STOPPED' || workerStatus === 'ERROR';
  if (status === 'PAUSED' || status === 'NEW') return hasEnded ? done() : { kind: 'wait' };
  return status === 'ERASING' ? done('Is being erased.') : failed('Was started again meanwhile.');
}

function ofStart({ action, status, reason, generation, generationBefore }: ItemFacts): ItemOutcome {
  if (status === 'PAUSED' || status === 'NEW') return failed('Was stopped meanwhile.');
  if (status === 'ERASING') return failed('Is being erased.');
  if (action === 'restart' && generation === generationBefore) return { kind: 'wait' };
  switch (status) {
    case 'ACTIVE':
      return done();
    case 'QR_PENDING':
      return done('Waits for a scan.');
    case 'ERROR':
      return failed(`${labelOf(reason)}.`);
    default:
      return { kind: 'wait' };
  }
}

const done = (outcome: string | null = null): ItemOutcome => ({ kind: 'done', outcome });
const failed = (outcome: string): ItemOutcome => ({ kind: 'failed', outcome });
const labelOf = (reason: Reason | null) => (reason === null ? 'Needs a person' : reasons[reason].label);
