import type { IncidentGroup, IncidentState, Reason } from '@wafleet/contracts';
import { type Database, Prisma } from '@wafleet/db';
import { reasonView } from '../tenants/tenant-view';

const maxGroups = 100;
const newestShown = 5;

/** Incidents of one reason under one version of WhatsApp Web, so that one release of theirs is one line, not a thousand. */
export async function readIncidentGroups(db: Database, state: IncidentState): Promise<IncidentGroup[]> {
  const rows = await db.$queryRaw<
    {
      reason: string;
      version: string | null;
      incidents: number;
      tenants: number;
      openedAt: Date;
      lastSeenAt: Date;
      newest: IncidentGroup['newest'];
    }[]
  >`
    WITH chosen AS (
      SELECT i.*, row_number() OVER (PARTITION BY reason, whatsapp_web_version ORDER BY id DESC) AS place
      FROM incidents i WHERE ${conditions[state]})
    SELECT c.reason, c.whatsapp_web_version AS version, count(*)::int AS incidents,
      count(DISTINCT c.tenant_id)::int AS tenants,
      min(c.opened_at) AS "openedAt", max(c.last_seen_at) AS "lastSeenAt",
      jsonb_agg(jsonb_build_object('id', c.id, 'tenantId', c.tenant_id, 'tenantName', t.name) ORDER BY c.id DESC)
        FILTER (WHERE c.place <= ${newestShown}) AS newest
    FROM chosen c JOIN tenants t ON t.id = c.tenant_id
    GROUP BY c.reason, c.whatsapp_web_version
    ORDER BY tenants DESC, "lastSeenAt" DESC
    LIMIT ${maxGroups}`;
  return rows.map(({ version, ...row }) => ({
    ...row,
    reason: reasonView(row.reason as Reason),
    whatsappWebVersion: version,
    openedAt: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  }));
}

const conditions: Record<IncidentState, Prisma.Sql> = {
  open: Prisma.sql`i.resolved_at IS NULL AND i.acknowledged_at IS NULL`,
  acknowledged: Prisma.sql`i.resolved_at IS NULL AND i.acknowledged_at IS NOT NULL`,
  resolved: Prisma.sql`i.resolved_at IS NOT NULL`,
};
