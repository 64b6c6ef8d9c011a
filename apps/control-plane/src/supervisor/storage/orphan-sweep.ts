import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { WorkerDriver } from '../../drivers/worker-driver';

/** Finds what carries our mark although no row knows of a live worker: left behind by a crash at a bad moment. */
export interface OrphanSweep {
  start(): void;
  /** Resolves when the sweep under way has ended. */
  stop(): Promise<void>;
}

export function createOrphanSweep(deps: {
  db: Database;
  driver: Pick<WorkerDriver, 'list'>;
  /** Called once the grace is over; the tenant's own pass makes sure and ends them. */
  onOrphan: (tenantId: TenantId) => void;
  policy: { orphanSweepMs: number; orphanGraceMs: number };
  now: () => Date;
  log: Logger;
}): OrphanSweep {
  const { db, driver, policy } = deps;
  const outage = createOutageLog(deps.log, 'sweep for left-over processes');
  const firstSeen = new Map<TenantId, number>();
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> | null = null;

  return {
    start() {
      timer = setInterval(() => {
        underWay ??= sweep()
          .then(outage.worked, outage.failed)
          .finally(() => {
            underWay = null;
          });
      }, policy.orphanSweepMs);
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await underWay;
    },
  };

  async function sweep(): Promise<void> {
    const orphans = await findOrphans();
    for (const tenantId of firstSeen.keys()) if (!orphans.includes(tenantId)) firstSeen.delete(tenantId);
    for (const tenantId of orphans) {
      const since = firstSeen.get(tenantId) ?? deps.now().getTime();
      firstSeen.set(tenantId, since);
      if (deps.now().getTime() - since < policy.orphanGraceMs) continue;
      firstSeen.delete(tenantId);
      deps.onOrphan(tenantId);
    }
  }

  async function findOrphans(): Promise<TenantId[]> {
    const found = await driver.list();
    if (found.length === 0) return [];
    const owners = await db.workerProcess.findMany({
      where: { tenantId: { in: found }, generation: { gt: 0 }, endedAt: null },
      select: { tenantId: true },
    });
    const owned = new Set(owners.map((owner) => owner.tenantId));
    return found.filter((tenantId) => !owned.has(tenantId));
  }
}
