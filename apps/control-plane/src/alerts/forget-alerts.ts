import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/**
 * Forgets the alerts of a tenant that is erased, but one whose end is still to be told: whoever heard that it needs a
 * person must hear that it no longer does. Of that one nothing is left but what it was about, until it was told
 * (alert-retention.ts).
 */
export async function forgetAlerts(db: Database, tenantId: TenantId): Promise<void> {
  await db.alert.deleteMany({ where: { tenantId, OR: [{ toldAt: null }, { endToldAt: { not: null } }] } });
  await db.alert.updateMany({ where: { tenantId }, data: { detail: null } });
}
