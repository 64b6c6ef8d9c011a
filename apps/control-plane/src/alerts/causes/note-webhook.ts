import type { WebhookTrouble } from '@wafleet/contracts';
import type { Transaction, WebhookEndpoint } from '@wafleet/db';
import { openAlert } from './open-alert';

/**
 * Opens the alert of a webhook whose receiver wants nothing more, or ends it, in the transaction that changes the webhook; the
 * caller holds the tenant's lock. What a person said of it since, whichever way, ends it.
 */
export async function noteWebhook(
  tx: Transaction,
  { id, tenantId, description }: Pick<WebhookEndpoint, 'id' | 'tenantId' | 'description'>,
  isGone: boolean,
  now: Date,
): Promise<void> {
  const reason: WebhookTrouble = 'webhook_gone';
  if (isGone) await openAlert(tx, { tenantId, webhookId: id, reason, detail: description || id }, now);
  else
    await tx.alert.updateMany({ where: { tenantId, webhookId: id, endedAt: null }, data: { endedAt: now } });
}
