import { AppError, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { sendRefusal } from './send-refusal';

/**
 * The account through which the tenant sends now; null before the first link.
 * @throws AppError NOT_FOUND, or why the tenant takes nothing to be sent: TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON (with
 * `reason`)
 */
export async function requireSender(db: Database, tenantId: TenantId): Promise<string | null> {
  const tenant = await db.tenant.findUnique({
    where: { id: tenantId },
    select: {
      desiredState: true,
      parkedReason: true,
      status: true,
      statusReason: true,
      session: { select: { accountId: true } },
    },
  });
  if (!tenant) throw new AppError('NOT_FOUND');
  const refusal = sendRefusal(tenant);
  if (refusal) throw new AppError(refusal.code, { extra: { reason: refusal.reason } });
  return tenant.session?.accountId ?? null;
}
