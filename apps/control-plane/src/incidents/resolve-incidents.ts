import type { TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NewTenantEvent } from '../tenants/tenant-events';

/** The tenant is green again: its open incidents are over. Returns the events to record. */
export async function resolveIncidents(
  tx: Transaction,
  tenantId: TenantId,
  now: Date,
): Promise<NewTenantEvent[]> {
  const open = await tx.incident.updateManyAndReturn({
    where: { tenantId, resolvedAt: null },
    data: { resolvedAt: now },
    select: { id: true, reason: true, count: true },
  });
  return open.map(({ id, reason, count }) => ({
    tenantId,
    type: 'incident.resolved',
    at: now,
    data: { incidentId: id, reason, count },
  }));
}
