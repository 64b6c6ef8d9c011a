import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const keepMs = 30 * 24 * 60 * 60 * 1_000;

/** Forgets what was done to many tenants after a month. */
export function bulkRetention(deps: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'old bulk jobs',
    run: async () => {
      const oldest = new Date(deps.now().getTime() - keepMs);
      await deps.db.bulkJob.deleteMany({ where: { endedAt: { lt: oldest } } });
    },
  };
}
