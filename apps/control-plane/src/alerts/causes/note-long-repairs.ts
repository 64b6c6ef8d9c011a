import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { lockTenant } from '../../tenants/changes/change-tenant';
import { openAlert } from './open-alert';

const batchSize = 500;

/**
 * Opens an alert for each tenant that a machine has been at work on for longer than `limitMs`, whatever the reasons were:
 * what should heal by itself, and does not, needs a person too. It ends as any other, once the tenant is well or stopped.
 * Who waits because an operator has drained the installation is not told of, nor for as long after that.
 */
export async function noteLongRepairs(db: Database, limitMs: number, now: Date): Promise<void> {
  const latest = new Date(now.getTime() - limitMs);
  const overdue = await db.$queryRaw<{ id: TenantId }[]>`
    SELECT id FROM tenants
    WHERE repair_since <= ${latest}
      AND NOT EXISTS (SELECT 1 FROM instance WHERE drained_at IS NOT NULL OR resumed_at > ${latest})
      AND NOT EXISTS (SELECT 1 FROM alerts WHERE tenant_id = tenants.id AND webhook_id IS NULL AND ended_at IS NULL)
    ORDER BY repair_since LIMIT ${batchSize}`;
  for (const { id } of overdue)
    await db.$transaction(async (tx) => {
      if ((await lockTenant(tx, id)) === null) return;
      const tenant = await tx.tenant.findFirst({
        where: { id, repairSince: { lte: latest } },
        select: { status: true, statusReason: true, repairSince: true },
      });
      if (tenant === null) return;
      const { status, statusReason, repairSince } = tenant;
      await openAlert(
        tx,
        {
          tenantId: id,
          reason: statusReason ?? status,
          detail: `${status} since ${repairSince?.toISOString()}`,
        },
        now,
      );
    });
}
