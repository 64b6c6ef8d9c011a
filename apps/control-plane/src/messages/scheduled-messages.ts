import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { CommitWithEvents } from '../tenants/commit-with-events';

const batchSize = 500;

/** Messages with a time of their own (`sendAt`); rows are all there is, so that they outlive any process. */
export interface ScheduledMessages {
  /**
   * Makes those that are due QUEUED, in the order of their times, and tells it.
   * @returns the tenants that have something to send now
   */
  releaseDue(): Promise<TenantId[]>;
  /** When the next one is due; null where none is scheduled. */
  nextDueAt(): Promise<Date | null>;
}

export function createScheduledMessages(deps: {
  db: Database;
  commit: CommitWithEvents;
  now: () => Date;
}): ScheduledMessages {
  return {
    async releaseDue() {
      const tenants = new Set<TenantId>();
      for (;;) {
        const released = await releaseBatch(deps.commit, deps.now());
        for (const tenantId of released) tenants.add(tenantId);
        if (released.length < batchSize) return [...tenants];
      }
    },

    async nextDueAt() {
      const [row] = await deps.db.$queryRaw<{ at: Date | null }[]>`
        SELECT min(send_at) AS at FROM messages WHERE status = 'SCHEDULED'`;
      return row?.at ?? null;
    },
  };
}

/** One that is cancelled at the same moment is either QUEUED first and cancelled then, or never seen here. */
function releaseBatch(commit: CommitWithEvents, now: Date): Promise<TenantId[]> {
  return commit(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; tenantId: TenantId }[]>`
      WITH due AS (
        SELECT id FROM messages WHERE status = 'SCHEDULED' AND send_at <= ${now}
        ORDER BY send_at, id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
      UPDATE messages m SET status = 'QUEUED'
      FROM due WHERE m.id = due.id AND m.status = 'SCHEDULED'
      RETURNING m.id, m.tenant_id AS "tenantId"`;
    const events = rows.map(({ id, tenantId }) => {
      const data = { messageId: id, status: 'QUEUED' };
      return { tenantId, type: 'message.status' as const, at: now, data };
    });
    return { events, result: rows.map(({ tenantId }) => tenantId) };
  });
}
