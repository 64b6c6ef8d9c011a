import type { TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import { Prisma, type Statements } from '@wafleet/db';
import { formatEventId } from '../live/event-id';
import { queueDeliveries } from '../webhooks/queue-deliveries';

export interface NewTenantEvent {
  tenantId: TenantId;
  type: TenantEventType;
  at: Date;
  /** Read by the tenant's people: no secrets, no QR, no message bodies. */
  data: Record<string, string | number | boolean | null>;
}

/** Held from the first number given out until the commit, so that numbers become visible in their order. */
const numberingLock = 7_302_001;

/**
 * Stores events, and their deliveries to webhooks, in the transaction of what they tell about. Publish the result by the
 * event bus after the commit, never before.
 *
 * Whoever has read up to a number has everything before it: transactions that store events commit one after the
 * other. So call this last in a transaction, when its rows are locked already.
 */
export async function recordTenantEvents(
  tx: Statements,
  epoch: string,
  events: readonly NewTenantEvent[],
): Promise<TenantEvent[]> {
  if (events.length === 0) return [];
  const told = Prisma.sql`
    unnest(
      ${events.map(({ tenantId }) => tenantId)}::text[],
      ${events.map(({ type }) => type)}::text[],
      ${events.map(({ at }) => at)}::timestamptz[],
      ${events.map(({ data }) => JSON.stringify(data))}::jsonb[]
    ) WITH ORDINALITY`;
  const rows = await tx.$queryRaw<{ seq: bigint }[]>`
    WITH ${insertEvents(told)} SELECT seq FROM stored ORDER BY seq`;
  return events.map(({ tenantId, type, at, data }, index) => ({
    id: formatEventId(epoch, (rows[index] as { seq: bigint }).seq),
    type,
    tenantId,
    at: at.toISOString(),
    data,
  }));
}

/**
 * The part of a statement that stores events and their deliveries; `stored` is what it stored. The order of numbers is
 * taken before the first row: a number is given out only when a row leaves the join.
 * @param told rows of tenant_id, type, at, data, place
 * @param first a number that is known only when all is done that has to be before
 */
export function insertEvents(told: Prisma.Sql, first: Prisma.Sql = Prisma.sql`SELECT 0`): Prisma.Sql {
  return Prisma.sql`
    stored AS (
      INSERT INTO tenant_events (tenant_id, type, at, data)
      SELECT v.tenant_id, v.type, v.at, v.data
      FROM (SELECT pg_advisory_xact_lock(${numberingLock}) FROM (${first}) AS done (count) WHERE count >= 0) AS numbering,
        ${told} AS v (tenant_id, type, at, data, place)
      ORDER BY v.place
      RETURNING seq, tenant_id, type, at, data),
    queued AS (${queueDeliveries()})`;
}
