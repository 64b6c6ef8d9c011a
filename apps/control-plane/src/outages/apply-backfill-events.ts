import type { LinkEvent, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NewTenantEvent } from '../tenants/tenant-events';

export type BackfillEvent = Extract<LinkEvent, { kind: 'backfill.chat' | 'backfill.read' }>;

/**
 * Notes what a backfill has read. It comes after the messages that it speaks of, in the same transaction or a later
 * one, so that nothing counts as read before it is stored. Repeats change nothing. Returns what to tell.
 */
export async function applyBackfillEvent(
  tx: Transaction,
  tenantId: TenantId,
  event: BackfillEvent,
  now: Date,
): Promise<NewTenantEvent[]> {
  if (event.kind === 'backfill.read') return noteReading(tx, tenantId, event, now);
  await noteChat(tx, tenantId, event);
  return [];
}

/** A chat is complete where the reading reached all there is, or a message that was stored before the outage ended. */
async function noteChat(
  tx: Transaction,
  tenantId: TenantId,
  { outageId, chatId, oldestAt, isWhole }: Extract<BackfillEvent, { kind: 'backfill.chat' }>,
): Promise<void> {
  const oldest = oldestAt === null ? null : new Date(oldestAt);
  await tx.$executeRaw`
    WITH outage AS (
      SELECT o.id, o.account_id, o.to_at,
        ${isWhole} OR EXISTS (
          SELECT FROM messages m
          WHERE m.tenant_id = o.tenant_id AND m.account_id = o.account_id AND m.chat_id = ${chatId}
            AND m.timestamp >= ${oldest}::timestamptz AND m.timestamp < o.from_at AND m.created_at < o.to_at
        ) AS is_complete
      FROM outages o WHERE o.id = ${outageId} AND o.tenant_id = ${tenantId}),
    moved AS (
      INSERT INTO chat_backfills AS c (account_id, chat_id, complete_until)
      SELECT account_id, ${chatId}, to_at FROM outage WHERE is_complete
      ON CONFLICT (account_id, chat_id) DO UPDATE
        SET complete_until = GREATEST(c.complete_until, excluded.complete_until))
    INSERT INTO outage_chats AS c (outage_id, chat_id, is_complete)
    SELECT id, ${chatId}, is_complete FROM outage
    ON CONFLICT (outage_id, chat_id) DO UPDATE
      SET is_complete = COALESCE(c.is_complete, false) OR excluded.is_complete`;
}

interface Statement {
  cause: string;
  from: Date;
  to: Date;
  recovered: number;
  toldRecovered: number | null;
  chats: number;
  incompleteChats: number;
}

async function noteReading(
  tx: Transaction,
  tenantId: TenantId,
  { outageId, reading, failed }: Extract<BackfillEvent, { kind: 'backfill.read' }>,
  now: Date,
): Promise<NewTenantEvent[]> {
  const [statement] = await tx.$queryRaw<Statement[]>`
    UPDATE outages o SET
      settled_at = CASE WHEN ${failed} = 0 THEN COALESCE(o.settled_at, ${now}) ELSE o.settled_at END,
      ended_at = CASE WHEN ${reading} = 'late' THEN COALESCE(o.ended_at, ${now}) ELSE o.ended_at END,
      told_recovered = o.recovered
    FROM (
      SELECT before.id, before.told_recovered, count(c.chat_id)::int AS chats,
        (count(c.chat_id) FILTER (WHERE NOT COALESCE(c.is_complete, false)))::int AS incomplete
      FROM outages before LEFT JOIN outage_chats c ON c.outage_id = before.id
      WHERE before.id = ${outageId} AND before.tenant_id = ${tenantId}
      GROUP BY before.id) v
    WHERE o.id = v.id
    RETURNING o.cause, o.from_at AS from, o.to_at AS to, o.recovered, v.told_recovered AS "toldRecovered",
      v.chats, v.incomplete AS "incompleteChats"`;
  if (statement === undefined) return [];
  // After the last reading, what is missing in a chat is not to be had; the statement names it, and later ones begin here.
  const isAllThereIs = statement.incompleteChats === 0 || reading === 'late';
  if (failed === 0 && isAllThereIs) await moveAccount(tx, outageId);
  return tellStatement(tenantId, outageId, statement, now);
}

/** Nothing before the outage's end is left to be read; what says so of single chats is no longer needed. */
async function moveAccount(tx: Transaction, outageId: string): Promise<void> {
  await tx.$executeRaw`
    WITH moved AS (
      UPDATE accounts a SET complete_until = GREATEST(a.complete_until, o.to_at)
      FROM outages o WHERE o.id = ${outageId} AND a.id = o.account_id
      RETURNING a.id, a.complete_until)
    DELETE FROM chat_backfills c USING moved
    WHERE c.account_id = moved.id AND c.complete_until <= moved.complete_until`;
}

/** Once, and again where the late reading has found more. */
function tellStatement(
  tenantId: TenantId,
  outageId: string,
  { cause, from, to, recovered, toldRecovered, chats, incompleteChats }: Statement,
  at: Date,
): NewTenantEvent[] {
  if (cause === 'linked' || recovered === toldRecovered) return [];
  const data = {
    outageId,
    from: from.toISOString(),
    to: to.toISOString(),
    recovered,
    chats,
    incompleteChats,
  };
  return [{ tenantId, type: 'outage.recovered', at, data }];
}
