import type { TenantId } from '@wafleet/contracts';
import { createObjectStore, type ObjectStoreSettings } from '@wafleet/object-store';
import type { LoginTrial } from '../drivers/login-trial';
import type { Supervisor } from '../supervisor/supervisor';
import { createSnapshotChecks } from './check-snapshots';
import { createFolderSnapshotStore } from './stores/folder-snapshot-store';
import { createObjectSnapshotStore } from './stores/object-snapshot-store';
import { askedSnapshot, createRestoreSnapshot } from './restore-snapshot';
import { createSnapshotLane } from './snapshot-lane';
import { snapshotRetention } from './snapshot-retention';
import { createSnapshotService } from './snapshot-service';

type LaneDeps = Parameters<typeof createSnapshotLane>[0];

/** The parts of snapshots, on a store in a folder, or in a bucket where one is named. */
export function createSnapshots(
  given: Omit<LaneDeps, 'store'> & {
    root: string;
    bucket: ObjectStoreSettings | null;
    supervisor: Pick<Supervisor, 'wake' | 'boots'>;
    loginTrial: LoginTrial;
  },
) {
  const store =
    given.bucket === null
      ? createFolderSnapshotStore({ root: given.root })
      : createObjectSnapshotStore(createObjectStore(given.bucket));
  const deps = { ...given, store };
  const lane = createSnapshotLane(deps);
  return {
    store,
    lane,
    checks: createSnapshotChecks({ ...deps, boots: () => given.supervisor.boots() }),
    supervised: {
      afterStop: lane.afterStop,
      restore: createRestoreSnapshot(deps, deps.log),
      asked: (tenantId: TenantId) => askedSnapshot(deps.db, tenantId),
    },
    service: createSnapshotService({ ...deps, wakeLane: lane.wake }),
    cleanups: snapshotRetention(deps),
  };
}
