import { reasons, type Reason, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { noteNeed } from '../alerts/causes/note-need';
import { resolveIncidents } from '../incidents/resolve-incidents';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { isUnderRepair, tenantStatus } from '../tenants/tenant-status';

/**
 * Derives the tenant's summary from the facts as they stand in this transaction and stores it. Call it in every
 * transaction that changes one of them. What operators have to know of a change is noted with it.
 * Returns the events to record: of a status or reason that changed, which alone moves `status_since`, and of incidents
 * that are over because it is green again. An unknown tenant changes nothing.
 */
export async function refreshTenantStatus(
  tx: Transaction,
  tenantId: TenantId,
  now: Date,
): Promise<NewTenantEvent[]> {
  const tenant = await tx.tenant.findUnique({
    where: { id: tenantId },
    include: {
      worker: { select: { status: true, reason: true, detail: true, generation: true } },
      session: {
        select: {
          state: true,
          reason: true,
          detail: true,
          accountId: true,
          account: { select: { isAccepted: true } },
        },
      },
    },
  });
  if (tenant === null) return [];
  const { worker, session } = tenant;
  const next = tenantStatus({
    now: now.getTime(),
    desiredState: tenant.desiredState,
    parkedReason: tenant.parkedReason as Reason | null,
    worker: {
      status: worker?.status ?? 'STOPPED',
      reason: (worker?.reason ?? null) as Reason | null,
      generation: worker?.generation ?? 0,
    },
    session: {
      state: session?.state ?? 'DISCONNECTED',
      reason: (session?.reason ?? null) as Reason | null,
      isLinked: session?.accountId != null,
      isAccepted: session?.account?.isAccepted ?? true,
    },
    greenUntil: tenant.greenUntil?.getTime() ?? null,
    before: { status: tenant.status, reason: tenant.statusReason as Reason | null },
  });
  if (next.status === tenant.status && next.reason === tenant.statusReason) return [];

  const detail = (next.reason === worker?.reason ? worker?.detail : session?.detail) ?? null;
  const isTrouble = next.status === 'RECOVERING' || next.status === 'ERROR';
  await tx.tenant.update({
    where: { id: tenantId },
    data: {
      status: next.status,
      statusReason: next.reason,
      statusSince: now,
      repairSince: isUnderRepair(next.status) ? (tenant.repairSince ?? now) : null,
      ...(isTrouble && next.reason !== null ? { lastError: detail ?? reasons[next.reason].explanation } : {}),
    },
  });
  await noteNeed(tx, tenantId, { ...next, detail, isLinked: session?.accountId != null }, now);
  const change: NewTenantEvent = {
    tenantId,
    type: 'tenant.status',
    at: now,
    data: {
      status: next.status,
      reason: next.reason,
      userAction: next.reason === null ? null : reasons[next.reason].userAction,
      previous: tenant.status,
    },
  };
  return next.status === 'ACTIVE' ? [change, ...(await resolveIncidents(tx, tenantId, now))] : [change];
}
