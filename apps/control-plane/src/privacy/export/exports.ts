import type { CleanupTask } from '../../jobs/cleanup';
import { createFolderSnapshotStore } from '../../snapshots/stores/folder-snapshot-store';
import { createExportLane, type ExportLaneDeps } from './export-lane';
import { createExportService } from './export-service';

type ServiceDeps = Parameters<typeof createExportService>[0];

const sweepMs = 30_000;

/** The parts of exports, on a folder of this machine. */
export function createExports(
  given: Omit<ExportLaneDeps, 'store' | 'sweepMs'> & Omit<ServiceDeps, 'store' | 'lane'> & { root: string },
) {
  const store = createFolderSnapshotStore({ root: given.root, kind: 'export' });
  const deps = { ...given, store, sweepMs };
  const lane = createExportLane(deps);
  const service = createExportService({ ...deps, lane });
  return { lane, service, cleanups: exportCleanups(deps) };
}

/** Removes exports past their time, then files that no row knows: a crash came in between. */
function exportCleanups({ db, store, now }: Pick<ServiceDeps, 'db' | 'store' | 'now'>): CleanupTask[] {
  return [
    {
      name: 'exports past their time',
      run: async () => {
        const due = { expiresAt: { lte: now() }, state: { not: 'RUNNING' as const } };
        await db.export.deleteMany({ where: due });
      },
    },
    {
      name: 'files of forgotten exports',
      run: async () => {
        for (const { tenantId, snapshotId: exportId } of await store.list()) {
          const row = await db.export.findUnique({ where: { id: exportId }, select: { id: true } });
          if (row === null) await store.delete(tenantId, exportId);
        }
      },
    },
  ];
}
