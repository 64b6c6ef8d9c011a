import { bulkRetention } from '../bulk/bulk-retention';
import { createBulkRunner } from '../bulk/bulk-runner';
import { createBulkService } from '../bulk/bulk-service';
import type { Config } from '../config';
import type { TenantStorage, WorkerDriver } from '../drivers/worker-driver';
import type { NewId } from '../new-id';
import type { Drain } from '../supervisor/drain';
import type { Supervisor } from '../supervisor/supervisor';
import { rolloutRetention } from '../rollouts/rollout-retention';
import { createRolloutRunner } from '../rollouts/rollout-runner';
import { createRolloutService } from '../rollouts/rollout-service';
import { createDiskMeter } from '../usage/measure-disk';
import { createUsageReader } from '../usage/read-usage';
import { createUsageSampler } from '../usage/take-samples';
import { usageRetention } from '../usage/usage-retention';
import { createCapacityView } from './capacity';
import { createFleetFeed } from './fleet-feed';
import { createFleetStreams } from './fleet-streams';
import { createTimelineReader } from './timeline';

/** What operators see of all tenants, and do to many; in the order of their needs. */
export function createFleetParts(
  { memory }: Pick<Config['supervision'], 'memory'>,
  deps: Omit<Parameters<typeof createFleetFeed>[0], 'memoryLimitMib'> &
    Omit<Parameters<typeof createFleetStreams>[0], 'feed'> &
    Pick<Parameters<typeof createBulkRunner>[0], 'commit' | 'snapshots' | 'exports'> & {
      supervisor: Pick<Supervisor, 'wake' | 'boots'>;
      drain: Drain;
      driver: Pick<WorkerDriver, 'findBuild' | 'hasBuild'>;
      storage: Pick<TenantStorage, 'list' | 'bytesOf'>;
      newId: NewId;
    },
) {
  const { db, epoch, commit, supervisor, drain, driver, storage, snapshots, exports, newId, now, log } = deps;
  const memoryLimitMib = memory.limitBytes === 0 ? null : Math.round(memory.limitBytes / 1024 / 1024);
  const feed = createFleetFeed({ ...deps, memoryLimitMib });
  const bulkRunner = createBulkRunner({ db, commit, supervisor, snapshots, exports, now, log });
  const rolloutRunner = createRolloutRunner({ db, commit, supervisor, now, log });
  return {
    services: {
      fleet: feed,
      fleetStreams: createFleetStreams({ ...deps, feed }),
      capacity: createCapacityView({ db, boots: supervisor.boots, drain }),
      drain,
      usage: createUsageReader({ db, memoryLimitMib, now }),
      timeline: createTimelineReader({ db, epoch, now }),
      bulk: createBulkService({ db, wake: bulkRunner.wake, newId, now }),
      rollouts: createRolloutService({ db, driver, wake: rolloutRunner.wake, newId, now }),
    },
    bulkRunner,
    rolloutRunner,
    usageSampler: createUsageSampler({ db, now, log }),
    diskMeter: createDiskMeter({ db, storage, log }),
    cleanups: [usageRetention({ db, now }), bulkRetention({ db, now }), rolloutRetention({ db, now })],
  };
}
