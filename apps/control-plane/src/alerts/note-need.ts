import { idPrefixes, type Reason, type TenantId, type TenantStatus } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { ulid } from 'ulid';
import { needOfPerson } from './need-of-person';

/** What a tenant's status has become. */
export interface StatusNews {
  status: TenantStatus;
  reason: Reason | null;
  detail: string | null;
  /** An account is linked now. */
  isLinked: boolean;
}

/** What was over for less than this, and is needed again, never was over. */
const reopenMs = 10 * 60 * 1_000;

/**
 * Opens or ends the tenant's alert, in the transaction that changes its status; the caller holds the tenant's lock. One
 * need is one alert, whatever its reason becomes, until the tenant is well, and one that comes and goes is one as well
 * until its end was told.
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
      await tx.alert.updateMany({ where: { tenantId, endedAt: null }, data: { endedAt: now } });
      return;
    case 'needed': {
      const data = { reason: reason ?? status, detail };
      const known = await tx.alert.findFirst({
        where: {
          tenantId,
          endToldAt: null,
          OR: [{ endedAt: null }, { endedAt: { gt: new Date(now.getTime() - reopenMs) } }],
        },
        orderBy: { id: 'desc' },
        select: { id: true },
      });
      if (known !== null)
        await tx.alert.update({ where: { id: known.id }, data: { ...data, endedAt: null } });
      else await tx.alert.create({ data: { id: newAlertId(now), tenantId, openedAt: now, ...data } });
      return;
    }
  }
}

const newAlertId = (now: Date) => `${idPrefixes.alert}_${ulid(now.getTime()).toLowerCase()}`;
