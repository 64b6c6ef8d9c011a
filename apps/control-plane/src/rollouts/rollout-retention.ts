import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const keepMs = 365 * 24 * 60 * 60 * 1_000;

/** Forgets rollouts a year after their end. */
export function rolloutRetention(deps: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'old rollouts',
    run: async () => {
      const oldest = new Date(deps.now().getTime() - keepMs);
      await deps.db.rollout.deleteMany({ where: { endedAt: { lt: oldest } } });
    },
  };
}
