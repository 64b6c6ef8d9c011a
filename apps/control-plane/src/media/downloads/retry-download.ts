import { AppError, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/**
 * Has the media of a message fetched anew, with all tries before it; what waits for its next try is due at once.
 * Repeats change nothing.
 * @throws AppError NOT_FOUND, TENANT_ERASING, MEDIA_NOT_MISSING
 */
export async function retryDownload(
  deps: { db: Database; now: () => Date; wake: (tenantId: TenantId) => void },
  tenantId: TenantId,
  messageId: string,
): Promise<void> {
  const row = await deps.db.message.findFirst({
    where: { id: messageId, tenantId },
    select: { mediaDownload: true, tenant: { select: { desiredState: true } } },
  });
  if (!row) throw new AppError('NOT_FOUND');
  if (row.tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
  if (!row.mediaDownload || row.mediaDownload.state === 'STORED') throw new AppError('MEDIA_NOT_MISSING');
  const now = deps.now();
  await deps.db.mediaDownload.updateMany({
    where: { messageId, state: { in: ['FAILED', 'GONE', 'TOO_LARGE', 'EXPIRED'] } },
    data: { state: 'PENDING', attempts: 0, reason: null, nextTryAt: now, createdAt: now },
  });
  await deps.db.mediaDownload.updateMany({
    where: { messageId, state: 'PENDING' },
    data: { nextTryAt: now },
  });
  deps.wake(tenantId);
}
