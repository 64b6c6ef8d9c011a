import { AppError, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import type { MediaService } from './media-service';
import type { MediaStore } from './media-store';

const batchSize = 500;
/** Bytes are kept a moment before their row is there; beyond this a crash came in between. */
const graceMs = 60 * 60 * 1_000;

/** Forgets media past its time, unless a message that waits needs it, and bytes that no row or no tenant tells of. */
export function mediaCleanup(deps: {
  db: Database;
  store: MediaStore;
  media: Pick<MediaService, 'remove' | 'removeUnknown'>;
  now: () => Date;
}): CleanupTask[] {
  return [
    { name: 'expired media', run: () => removeExpired(deps) },
    { name: 'media without a row', run: () => removeUnknown(deps) },
  ];
}

async function removeExpired({ db, media, now }: Parameters<typeof mediaCleanup>[0]): Promise<void> {
  let after = '';
  for (;;) {
    const due = await db.media.findMany({
      where: { expiresAt: { lte: now() }, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: batchSize,
      select: { id: true, tenantId: true },
    });
    for (const { id, tenantId } of due) {
      await media.remove(tenantId as TenantId, id).catch((error: unknown) => {
        if (!(error instanceof AppError && error.code === 'MEDIA_IN_USE')) throw error;
      });
    }
    if (due.length < batchSize) return;
    after = due.at(-1)?.id ?? after;
  }
}

async function removeUnknown({ db, store, media, now }: Parameters<typeof mediaCleanup>[0]): Promise<void> {
  const before = new Date(now().getTime() - graceMs);
  for (const tenantId of await store.tenants()) {
    if (!(await db.tenant.findUnique({ where: { id: tenantId }, select: { id: true } }))) {
      await store.deleteTenant(tenantId);
      continue;
    }
    await store.dropAbandoned(tenantId, before);
    const old = (await store.list(tenantId)).filter(({ storedAt }) => storedAt < before);
    const hashes = old.map(({ sha256 }) => sha256);
    const known = await db.media.findMany({
      where: { tenantId, sha256: { in: hashes } },
      select: { sha256: true },
    });
    const kept = new Set(known.map(({ sha256 }) => sha256));
    for (const sha256 of hashes) if (!kept.has(sha256)) await media.removeUnknown(tenantId, sha256);
  }
}
