import type { TenantId } from '@wafleet/contracts';
import type { JobQueue } from '../jobs/job-queue';
import type { CommitWithEvents } from '../tenants/commit-with-events';

const batchSize = 500;

export interface MessageExpiry {
  /** Has due messages expired soon after this moment. Best effort: what it misses, a sweep finds. */
  schedule(expiresAt: Date): void;
  /** Makes every queued message that is past its time EXPIRED; returns how many. */
  expireDue(): Promise<number>;
}

export function createMessageExpiry(deps: {
  commit: CommitWithEvents;
  jobs: Pick<JobQueue, 'add'>;
  now: () => Date;
}): MessageExpiry {
  return {
    schedule(expiresAt) {
      // One job a second is enough for any number of messages, because it expires all that is due.
      const dueAt = Math.ceil(expiresAt.getTime() / 1_000) * 1_000;
      const delayMs = Math.max(0, dueAt - deps.now().getTime());
      void deps.jobs.add('message.expire', { dueAt }, { delayMs, dedupeId: String(dueAt) });
    },

    async expireDue() {
      let expired = 0;
      for (;;) {
        const count = await expireBatch(deps.commit, deps.now());
        expired += count;
        if (count < batchSize) return expired;
      }
    },
  };
}

function expireBatch(commit: CommitWithEvents, now: Date): Promise<number> {
  return commit(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; tenantId: TenantId }[]>`
      UPDATE messages SET status = 'EXPIRED'
      WHERE id IN (
        SELECT id FROM messages WHERE status = 'QUEUED' AND expires_at <= ${now}
        ORDER BY id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
      RETURNING id, tenant_id AS "tenantId"`;
    const events = rows.map(({ id, tenantId }) => {
      const data = { messageId: id, status: 'EXPIRED' };
      return { tenantId, type: 'message.status' as const, at: now, data };
    });
    return { events, result: rows.length };
  });
}
