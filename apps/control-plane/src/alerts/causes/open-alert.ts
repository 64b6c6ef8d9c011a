import { idPrefixes } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { ulid } from 'ulid';

/** What was over for less than this, and is there again, never was over. */
const reopenMs = 10 * 60 * 1_000;

/**
 * Opens an alert, or brings the one that is open up to date: one per tenant, whatever its reason becomes, one per
 * webhook of it, and one per trouble of the control plane. One that comes and goes is one as well, until its end was told.
 */
export async function openAlert(
  tx: Transaction,
  alert: { tenantId: string | null; webhookId?: string; reason: string; detail: string | null },
  now: Date,
): Promise<void> {
  const { tenantId, webhookId = null, reason, detail } = alert;
  const known = await tx.alert.findFirst({
    where: {
      tenantId,
      webhookId,
      ...(tenantId === null ? { reason } : {}),
      endToldAt: null,
      OR: [{ endedAt: null }, { endedAt: { gt: new Date(now.getTime() - reopenMs) } }],
    },
    orderBy: { id: 'desc' },
    select: { id: true },
  });
  if (known !== null)
    await tx.alert.update({ where: { id: known.id }, data: { reason, detail, endedAt: null } });
  else await tx.alert.create({ data: { id: newAlertId(now), ...alert, openedAt: now } });
}

function newAlertId(now: Date): string {
  return `${idPrefixes.alert}_${ulid(now.getTime()).toLowerCase()}`;
}
