import type { Reason, TenantId, TenantStatus } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { needOfPerson } from './need-of-person';
import { openAlert } from './open-alert';

/** What a tenant's status has become. */
export interface StatusNews {
  status: TenantStatus;
  reason: Reason | null;
  detail: string | null;
  /** An account is linked now. */
  isLinked: boolean;
}

/**
 * Opens or ends the tenant's alert, in the transaction that changes its status; the caller holds the tenant's
 * lock.
 */
export async function noteNeed(
  tx: Transaction,
  tenantId: TenantId,
  { status, reason, detail, isLinked }: StatusNews,
  now: Date,
): Promise<void> {
  const wasLinked =
    isLinked || (status === 'QR_PENDING' && (await tx.account.findFirst({ where: { tenantId } })) !== null);
  switch (needOfPerson({ status, reason, wasLinked })) {
    case 'unchanged':
      return;
    case 'over':
      await tx.alert.updateMany({
        where: { tenantId, webhookId: null, endedAt: null },
        data: { endedAt: now },
      });
      return;
    case 'needed':
      await openAlert(tx, { tenantId, reason: reason ?? status, detail }, now);
      return;
  }
}
