import type { Reason, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NewTenantEvent } from '../tenants/tenant-events';

/** A worker told of a trouble that a fresh start may end. Returns the events to record. */
export type CareForErrors = (
  tx: Transaction,
  trouble: { tenantId: TenantId; generation: number; reason: Reason },
) => Promise<NewTenantEvent[]>;

const curable: readonly Reason[] = ['decryption_failing', 'page_failing'];

/**
 * Where operators wish it, a session whose page has too many errors is cleaned and started again, as by a force-cleanup: its
 * profile is kept, with a snapshot of it taken first. An older one is never put in its place: that would only add to what
 * can't be decrypted. Not again within `everyMs` of a start, because what one start does not end another does not.
 */
export function createErrorCare(deps: { isOn: boolean; everyMs: number; now: () => Date }): CareForErrors {
  return async (tx, { tenantId, generation, reason }) => {
    if (!deps.isOn || !curable.includes(reason)) return [];
    const now = deps.now();
    const startedBefore = new Date(now.getTime() - deps.everyMs);
    const { count } = await tx.workerProcess.updateMany({
      where: {
        tenantId,
        generation,
        pendingAct: null,
        startedAt: { lte: startedBefore },
        tenant: { desiredState: 'RUNNING', parkedReason: null },
      },
      data: { pendingAct: 'force_cleanup' },
    });
    const data = { action: 'force-cleanup', by: 'error monitoring' };
    return count === 0 ? [] : [{ tenantId, type: 'action.requested', at: now, data }];
  };
}
