import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import type { SnapshotPolicy } from './snapshot-policy';
import type { SnapshotStore } from './stores/snapshot-store';

const dayMs = 24 * 60 * 60 * 1_000;
/** Bytes without a row may be those of a snapshot that is being stored. */
const strayGraceMs = 6 * 60 * 60 * 1_000;
const failedKeepDays = 7;

/** Forgets snapshots past their number or age, the newest of a tenant never; then drops bytes that no row knows. */
export function snapshotRetention({
  db,
  store,
  policy,
  now,
}: {
  db: Database;
  store: SnapshotStore;
  policy: SnapshotPolicy;
  now: () => Date;
}): CleanupTask[] {
  return [
    {
      name: 'old snapshots',
      run: async () => {
        const at = now().getTime();
        const oldest = new Date(at - policy.keepDays * dayMs);
        await db.$executeRaw`
          DELETE FROM snapshots WHERE id IN (
            SELECT id FROM (
              SELECT id, copied_at, row_number() OVER (PARTITION BY tenant_id ORDER BY id DESC) AS place
              FROM snapshots WHERE state = 'READY'
            ) AS numbered WHERE place > ${policy.keep} OR (place > 1 AND copied_at < ${oldest}))`;
        const oldestFailure = new Date(at - failedKeepDays * dayMs);
        await db.snapshot.deleteMany({ where: { state: 'FAILED', createdAt: { lt: oldestFailure } } });
      },
    },
    {
      name: 'bytes of forgotten snapshots',
      run: async () => {
        const stored = await store.list();
        const ids = stored.map(({ snapshotId }) => snapshotId);
        const rows = await db.snapshot.findMany({ where: { id: { in: ids } }, select: { id: true } });
        const known = new Set(rows.map(({ id }) => id));
        const before = new Date(now().getTime() - strayGraceMs);
        for (const { tenantId, snapshotId, storedAt } of stored)
          if (!known.has(snapshotId) && storedAt < before) await store.delete(tenantId, snapshotId);
      },
    },
  ];
}
