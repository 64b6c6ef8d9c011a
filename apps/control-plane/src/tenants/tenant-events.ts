import type { TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { formatEventId } from '../live/event-id';
import { queueDeliveries } from '../webhooks/queue-deliveries';

export interface NewTenantEvent {
  tenantId: TenantId;
  type: TenantEventType;
  at: Date;
  /** Read by the tenant's people: no secrets, no QR, no message bodies. */
  data: Record<string, string | number | boolean | null>;
}

/**
 * Held from the first number given out until the commit, so that numbers become visible in their order. Taken in the
 * statement that inserts, before its first row: a number is given out only when a row leaves the join.
 */
const numberingLock = 7_302_001;

/**
 * Stores events, and their deliveries to webhooks, in the transaction of what they tell about. Publish the result on the
 * event bus after the commit, never before.
 *
 * Whoever has read up to a number has everything before it: transactions that store events commit one after the
 * other. So call this last in a transaction, when its rows are locked already.
 */
export async function recordTenantEvents(
  tx: Transaction,
  epoch: string,
  events: readonly NewTenantEvent[],
): Promise<TenantEvent[]> {
  if (events.length === 0) return [];
  const rows = await tx.$queryRaw<{ seq: bigint }[]>`
    WITH stored AS (
      INSERT INTO tenant_events (tenant_id, type, at, data)
      SELECT v.tenant_id, v.type, v.at, v.data
      FROM (SELECT pg_advisory_xact_lock(${numberingLock})) AS numbering,
        unnest(
          ${events.map(({ tenantId }) => tenantId)}::text[],
          ${events.map(({ type }) => type)}::text[],
          ${events.map(({ at }) => at)}::timestamptz[],
          ${events.map(({ data }) => JSON.stringify(data))}::jsonb[]
        ) WITH ORDINALITY AS v (tenant_id, type, at, data, place)
      ORDER BY v.place
      RETURNING seq, tenant_id, type, data),
    queued AS (${queueDeliveries()})
    SELECT seq FROM stored ORDER BY seq`;
  return events.map(({ tenantId, type, at, data }, index) => ({
    id: formatEventId(epoch, (rows[index] as { seq: bigint }).seq),
    type,
    tenantId,
    at: at.toISOString(),
    data,
  }));
}
