import { type Database, Prisma } from '@wafleet/db';
import type { CleanupTask } from './cleanup';

/** Rows of tenants that have an ascending id and a moment (`at`), and are of no use for ever. */
type KeptTable = 'early_updates' | 'quarantined_events';

const keepMs = 30 * 24 * 60 * 60 * 1_000;

/** Forgets those of more than a month ago, and all but the newest of each tenant. */
export function tenantRowRetention(
  deps: { db: Database; now: () => Date },
  options: { name: string; table: KeptTable; keepPerTenant: number },
): CleanupTask {
  const table = Prisma.raw(options.table);
  return {
    name: options.name,
    run: async () => {
      const oldest = new Date(deps.now().getTime() - keepMs);
      await deps.db.$executeRaw`
        DELETE FROM ${table} WHERE at < ${oldest} OR id IN (
          SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY tenant_id ORDER BY id DESC) AS place FROM ${table}
          ) AS numbered WHERE place > ${options.keepPerTenant})`;
    },
  };
}
