import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import { rangeMs } from './history-range';

/** Forgets what tenants used before the longest time that can be asked for. */
export function usageRetention(deps: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'old usage',
    run: async () => {
      const oldest = new Date(deps.now().getTime() - rangeMs['7d'] - rangeMs['1h']);
      await deps.db.usageHour.deleteMany({ where: { hour: { lt: oldest } } });
    },
  };
}
