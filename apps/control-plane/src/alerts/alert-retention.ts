import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const keepAlertsDays = 30;
/** Beyond the day after which a notice is given up. They name tenants, and nobody reads them again. */
const keepNoticesDays = 2;
const dayMs = 24 * 60 * 60 * 1_000;

/** Forgets alerts that ended long ago, those of erased tenants once told, and notices that were sent or given up. */
export function alertRetention({ db, now }: { db: Database; now: () => Date }): CleanupTask {
  const daysAgo = (days: number) => new Date(now().getTime() - days * dayMs);
  return {
    name: 'old alerts',
    run: async () => {
      await db.alert.deleteMany({ where: { endedAt: { lt: daysAgo(keepAlertsDays) } } });
      await db.$executeRaw`
        DELETE FROM alerts
        WHERE tenant_id IS NOT NULL AND end_told_at IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM tenants WHERE id = alerts.tenant_id)`;
      await db.alertNotice.deleteMany({ where: { createdAt: { lt: daysAgo(keepNoticesDays) } } });
    },
  };
}
