import type { MessageStatus, TenantId } from '@wafleet/contracts';
import type { JobQueue } from '../jobs/job-queue';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { failureColumns } from './message-failures';

const batchSize = 500;
/** Seconds for which a job was asked for lately. */
const maxRemembered = 1_000;
/** Until then the outbox finds out what became of a message, where any worker can tell. */
const uncertainAfterMs = 60 * 60 * 1_000;

export interface MessageExpiry {
  /** Has due messages expired soon after this moment. Best effort: what it misses, a sweep finds. */
  schedule(expiresAt: Date): void;
  /**
   * Makes every queued message that is past its time EXPIRED, and UNCERTAIN what was given to a worker and nobody came
   * to tell of for long: its number is no longer linked, or its tenant stopped. Returns how many.
   */
  expireDue(): Promise<number>;
}

export function createMessageExpiry(deps: {
  commit: CommitWithEvents;
  jobs: Pick<JobQueue, 'add'>;
  now: () => Date;
}): MessageExpiry {
  const asked = new Set<number>();

  return {
    schedule(expiresAt) {
      // One job a second is enough for any number of messages, because it expires all that is due.
      const dueAt = Math.ceil(expiresAt.getTime() / 1_000) * 1_000;
      if (asked.has(dueAt)) return;
      if (asked.size >= maxRemembered) asked.clear();
      asked.add(dueAt);
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
  const longAgo = new Date(now.getTime() - uncertainAfterMs);
  const { errorCode, errorMessage } = failureColumns('outcome_unknown');
  return commit(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; tenantId: TenantId; status: MessageStatus }[]>`
      WITH due AS (
        SELECT id, status = 'SENDING' AS "isOpen" FROM messages
        WHERE (status = 'QUEUED' AND expires_at <= ${now})
           OR (status = 'SENDING' AND expires_at <= ${longAgo} AND sending_at <= ${longAgo})
        ORDER BY id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
      UPDATE messages m
      SET status = CASE WHEN due."isOpen" THEN 'UNCERTAIN' ELSE 'EXPIRED' END::"MessageStatus",
          error_code = CASE WHEN due."isOpen" THEN ${errorCode} ELSE m.error_code END,
          error_message = CASE WHEN due."isOpen" THEN ${errorMessage} ELSE m.error_message END
      FROM due WHERE m.id = due.id
      RETURNING m.id, m.tenant_id AS "tenantId", m.status`;
    const events = rows.map(({ id, tenantId, status }) => {
      const data = { messageId: id, status };
      return { tenantId, type: 'message.status' as const, at: now, data };
    });
    return { events, result: rows.length };
  });
}
