import { createGuardedPoster } from '../egress/guarded-post';
import type { ResolveAll } from '../egress/guarded-lookup';
import type { NewId } from '../new-id';
import { createWebhookDeliveries } from './delivery-service';
import { sendTest } from './sending/send-test';
import { createWebhookSender, type WebhookSenderDeps } from './sending/webhook-sender';
import { webhookCleanup } from './webhook-cleanup';
import { createWebhookService, type WebhookServiceDeps } from './webhook-service';

/** Everything about telling tenants' own programs (README.md of this folder). */
export function createWebhooks(
  deps: Omit<WebhookSenderDeps, 'poster'> & Pick<WebhookServiceDeps, 'vault'> & { newId: NewId },
  /** How names of endpoints are looked up; the system's way where it is absent. */
  resolve?: ResolveAll,
) {
  const { allowHttp, networks: allowed, timeoutMs } = deps.policy;
  const poster = createGuardedPoster({ allowHttp, allowed, timeoutMs, ...(resolve && { resolve }) });
  const sender = createWebhookSender({ ...deps, poster });
  return {
    service: createWebhookService({ ...deps, sender }),
    deliveries: createWebhookDeliveries({ ...deps, sender }),
    test: sendTest({ ...deps, poster }),
    sender,
    cleanup: webhookCleanup(deps),
  };
}
