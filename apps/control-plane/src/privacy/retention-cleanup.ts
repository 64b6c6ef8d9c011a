import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import { firstMessageIdOf } from '../messages/message-id';
import type { DefaultRetention } from './retention';

const dayMs = 24 * 60 * 60 * 1_000;
const batchSize = 5_000;
/** What one run does at most for one tenant; the next goes on. */
const maxBatches = 40;

/** Forgets messages, events and deliveries beyond their tenant's time; what has a time of its own is left to others. */
export function retentionCleanup(deps: {
  db: Database;
  defaults: Pick<DefaultRetention, 'messageDays' | 'eventDays'>;
  now: () => Date;
}): CleanupTask[] {
  const { db, defaults } = deps;
  const before = (days: number) => new Date(deps.now().getTime() - days * dayMs);
  const own = async <Field extends 'messageDays' | 'eventDays' | 'deliveryDays'>(field: Field) => {
    const rows = await db.retention.findMany({ where: { [field]: { not: null } } });
    return rows.map((row) => ({ tenantId: row.tenantId, days: row[field] as number }));
  };

  return [
    {
      name: 'old messages',
      run: async () => {
        for (const { tenantId, days } of await own('messageDays'))
          await inBatches(() => deleteMessages(db, before(days), tenantId));
        if (defaults.messageDays > 0)
          await inBatches(() => deleteMessages(db, before(defaults.messageDays), null));
      },
    },
    {
      name: 'old tenant events',
      run: async () => {
        for (const { tenantId, days } of await own('eventDays'))
          await inBatches(() => deleteEvents(db, before(days), tenantId));
        await inBatches(() => deleteEvents(db, before(defaults.eventDays), null));
      },
    },
    {
      name: 'deliveries beyond their tenant’s time',
      run: async () => {
        for (const { tenantId, days } of await own('deliveryDays'))
          await db.$executeRaw`
            DELETE FROM webhook_deliveries d USING webhook_endpoints e
            WHERE e.id = d.endpoint_id AND e.tenant_id = ${tenantId} AND d.settled_at < ${before(days)}`;
      },
    },
  ];
}

async function inBatches(deleteBatch: () => Promise<number>): Promise<void> {
  for (let batch = 0; batch < maxBatches; batch += 1) if ((await deleteBatch()) < batchSize) return;
}

/** Ids begin with the time at which a message was stored. What is still to be sent stays. @param tenantId null: of all that have no time of their own */
function deleteMessages(db: Database, before: Date, tenantId: string | null): Promise<number> {
  const end = firstMessageIdOf(before.getTime());
  return tenantId === null
    ? db.$executeRaw`
        DELETE FROM messages WHERE id IN (
          SELECT id FROM messages m
          WHERE id < ${end} AND status NOT IN ('SCHEDULED', 'QUEUED', 'SENDING')
            AND NOT EXISTS (
              SELECT FROM retentions r WHERE r.tenant_id = m.tenant_id AND r.message_days IS NOT NULL)
          ORDER BY id LIMIT ${batchSize})`
    : db.$executeRaw`
        DELETE FROM messages WHERE id IN (
          SELECT id FROM messages
          WHERE tenant_id = ${tenantId} AND id < ${end} AND status NOT IN ('SCHEDULED', 'QUEUED', 'SENDING')
          ORDER BY id LIMIT ${batchSize})`;
}

function deleteEvents(db: Database, before: Date, tenantId: string | null): Promise<number> {
  return tenantId === null
    ? db.$executeRaw`
        DELETE FROM tenant_events WHERE seq IN (
          SELECT seq FROM tenant_events e
          WHERE at < ${before} AND NOT EXISTS (
            SELECT FROM retentions r WHERE r.tenant_id = e.tenant_id AND r.event_days IS NOT NULL)
          LIMIT ${batchSize})`
    : db.$executeRaw`
        DELETE FROM tenant_events WHERE seq IN (
          SELECT seq FROM tenant_events WHERE tenant_id = ${tenantId} AND at < ${before} LIMIT ${batchSize})`;
}
