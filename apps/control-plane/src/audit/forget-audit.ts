import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const dayMs = 24 * 60 * 60 * 1_000;

/** What people did is kept for a year unless told otherwise; what programs did, which is far more, for a month at most. */
export function auditRetention(deps: { db: Database; keepDays: number; now: () => Date }): CleanupTask {
  const { db, keepDays, now } = deps;
  const before = (days: number) => ({ lt: new Date(now().getTime() - days * dayMs) });
  return {
    name: 'old audit entries',
    run: async () => {
      await db.auditEntry.deleteMany({ where: { at: before(keepDays) } });
      await db.auditEntry.deleteMany({
        where: { actorKind: 'tenant_key', at: before(Math.min(keepDays, 30)) },
      });
    },
  };
}
