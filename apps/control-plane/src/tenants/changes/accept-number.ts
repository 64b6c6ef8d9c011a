import type { TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { changeTenant, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';
import type { NewTenantEvent } from '../tenant-events';

/**
 * Another number than before was linked, and it may stay: it is the tenant's number from now on. What was queued under
 * former numbers can't be sent any more and is cancelled. Where nothing is to be decided, and when repeated, nothing
 * changes.
 */
export async function acceptNumber(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, _tenant, now) => {
    const session = await tx.whatsappSession.findUnique({ where: { tenantId }, include: { account: true } });
    const account = session?.account ?? null;
    if (account === null || account.isAccepted) return [];
    await tx.account.update({ where: { id: account.id }, data: { isAccepted: true } });
    await tx.tenant.updateMany({
      where: { id: tenantId, phoneNumber: { not: null } },
      data: { phoneNumber: account.phoneNumber },
    });
    const cancelled = await cancelHeld(tx, tenantId, account.phoneNumber);
    const accepted = { tenantId, type: 'action.requested' as const, at: now };
    return [
      { ...accepted, data: { action: 'accept-number', by } },
      ...cancelled.map(({ id }): NewTenantEvent => ({
        tenantId,
        type: 'message.status',
        at: now,
        data: { messageId: id, status: 'CANCELLED' },
      })),
    ];
  });
}

/** Queued for a number that is linked no more. What is being sent may have left, and ends by what becomes of it. */
async function cancelHeld(
  tx: Transaction,
  tenantId: TenantId,
  phoneNumber: string,
): Promise<{ id: string }[]> {
  return tx.$queryRaw<{ id: string }[]>`
    UPDATE messages m SET status = 'CANCELLED'
    FROM accounts a
    WHERE m.tenant_id = ${tenantId} AND m.status IN ('SCHEDULED', 'QUEUED')
      AND a.id = m.account_id AND a.phone_number <> ${phoneNumber}
    RETURNING m.id`;
}
