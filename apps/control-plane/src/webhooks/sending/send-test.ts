import { AppError, type TenantId, webhookProblems, type WebhookTest } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { GuardedPoster } from '../../egress/guarded-post';
import type { NewId } from '../../new-id';
import type { Vault } from '../../secrets/vault';
import type { WebhookPolicy } from '../webhook-policy';
import { afterAttempt } from './after-attempt';
import { createSigner } from './sign-delivery';

/**
 * Sends a test to an endpoint in whatever state it is, at once and once, and says what came of it. What waits for the
 * endpoint and its state stay as they are. @throws AppError NOT_FOUND, TENANT_ERASING
 */
export type SendTest = (tenantId: TenantId, webhookId: string) => Promise<WebhookTest>;

export function sendTest(deps: {
  db: Database;
  vault: Pick<Vault, 'open'>;
  poster: Pick<GuardedPoster, 'post'>;
  policy: WebhookPolicy;
  newId: NewId;
  now: () => Date;
}): SendTest {
  const { db, poster, policy, now } = deps;

  return async (tenantId, webhookId) => {
    const endpoint = await db.webhookEndpoint.findFirst({
      where: { id: webhookId, tenantId },
      include: { tenant: { select: { desiredState: true } } },
    });
    if (!endpoint) throw new AppError('NOT_FOUND');
    if (endpoint.tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
    const at = now();
    const id = deps.newId('test');
    const event = { id, type: 'webhook.test', tenantId, at: at.toISOString(), data: { webhookId } };
    const body = JSON.stringify({ ...event, message: null });
    const headers = await createSigner(deps)(endpoint, { id, body });
    const outcome = await poster.post(endpoint.url, headers, body);
    const facts = { attempts: 1, failures: 0, takesOthers: false };
    const decision = afterAttempt(outcome, facts, policy, { now: at, random: 0 });
    const code = decision.kind === 'delivered' ? null : decision.problem;
    return {
      isTaken: code === null,
      responseCode: outcome.kind === 'answered' ? outcome.status : null,
      problem: code === null ? null : { code, explanation: webhookProblems[code] },
    };
  };
}
