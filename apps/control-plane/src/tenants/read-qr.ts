import { AppError, type QrView, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** The code to link with, as it is now; `raw` is null while there is none that can be scanned. */
export type QrFacts = Omit<QrView, 'dataUrl'> & { reason: string | null };

/** @throws AppError NOT_FOUND */
export async function readQr(db: Database, tenantId: TenantId, now: Date): Promise<QrFacts> {
  const session = await db.whatsappSession.findUnique({ where: { tenantId } });
  if (!session) throw new AppError('NOT_FOUND');
  const { state, reason, lastQr, qrSequence, qrExpiresAt } = session;
  // The last code stays in its column for those who read the table; only a live one is of use here.
  const isLive = state === 'QR_READY' && lastQr !== null && qrExpiresAt !== null && qrExpiresAt > now;
  return {
    state,
    reason,
    raw: isLive ? lastQr : null,
    sequence: isLive ? qrSequence : null,
    expiresAt: isLive ? qrExpiresAt.toISOString() : null,
  };
}
