import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import type { WebhookPolicy } from './webhook-policy';

const dayMs = 24 * 60 * 60 * 1_000;
const batchSize = 5_000;
/** What one run does at most; the next goes on. */
const maxBatches = 40;

/**
 * Gives up what waits for endpoints that are switched off, and forgets what was sent or given up long ago, where the tenant
 * has no time of its own.
 */
export function webhookCleanup({
  db,
  policy,
  now,
}: {
  db: Database;
  policy: Pick<WebhookPolicy, 'giveUpMs' | 'keepDeliveredDays' | 'keepFailedDays'>;
  now: () => Date;
}): CleanupTask {
  const ago = (ms: number) => new Date(now().getTime() - ms);
  return {
    name: 'old deliveries to webhooks',
    run: async () => {
      await db.$executeRaw`
        UPDATE webhook_deliveries d SET state = 'DEAD', settled_at = ${now()}
        FROM webhook_endpoints e
        WHERE e.id = d.endpoint_id AND e.state = 'DISABLED' AND d.state = 'PENDING'
          AND d.queued_at < ${ago(policy.giveUpMs)}`;
      for (let batch = 0; batch < maxBatches; batch += 1) {
        const count = await db.$executeRaw`
          DELETE FROM webhook_deliveries WHERE (event_seq, endpoint_id) IN (
            SELECT event_seq, endpoint_id FROM webhook_deliveries
            WHERE (settled_at < ${ago(policy.keepFailedDays * dayMs)}
                OR (settled_at < ${ago(policy.keepDeliveredDays * dayMs)} AND state = 'DELIVERED'))
              AND NOT EXISTS (
                SELECT FROM webhook_endpoints e JOIN retentions r ON r.tenant_id = e.tenant_id
                WHERE e.id = endpoint_id AND r.delivery_days IS NOT NULL)
            LIMIT ${batchSize})`;
        if (count < batchSize) return;
      }
    },
  };
}
