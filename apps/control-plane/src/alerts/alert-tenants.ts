import type { Database, Transaction } from '@wafleet/db';

/** The tenant of each of these alerts as people know it; one that was erased has no name but its id. */
export async function alertTenants(
  db: Database | Transaction,
  alerts: readonly { tenantId: string | null }[],
): Promise<(alert: { tenantId: string | null }) => { id: string; name: string } | null> {
  const ids = alerts.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId]));
  const rows = await db.tenant.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return ({ tenantId: id }) => (id === null ? null : { id, name: names.get(id) ?? id });
}
