import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { TenantStorage } from '../drivers/worker-driver';
import { createSweep, type Sweep } from '../scheduling/sweep';

const everyMs = 600_000;

/** Measures what each tenant's files take on the disk, one after the other, every ten minutes. */
export function createDiskMeter(deps: {
  db: Database;
  storage: Pick<TenantStorage, 'list' | 'bytesOf'>;
  log: Logger;
}): Sweep {
  const { db, storage } = deps;
  let isStopping = false;
  const sweep = createSweep({
    everyMs,
    work: async () => {
      for (const tenantId of await storage.list()) if (!isStopping) await measure(tenantId);
    },
    outage: createOutageLog(deps.log, 'database for the sizes of folders'),
  });
  return {
    start: sweep.start,
    async stop() {
      isStopping = true;
      await sweep.stop();
    },
  };

  async function measure(tenantId: TenantId): Promise<void> {
    const diskBytes = await storage.bytesOf(tenantId);
    // No change of the tenant: nobody who looks at it meanwhile is disturbed.
    await db.$executeRaw`UPDATE tenants SET disk_bytes = ${diskBytes}::bigint WHERE id = ${tenantId}`;
  }
}
