import type { Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';
import { countRecovered } from '../outages/count-recovered';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { foldMessageFacts, type KnownMessage, type NewMessage } from './fold-message-facts';
import { messageFact, type MessageEvent, type MessageFact } from './message-facts';
import { withKnownIds } from './privacy-ids';

export type { MessageEvent } from './message-facts';

export type MessageEventApplier = (
  tx: Transaction,
  batch: readonly MessageEvent[],
) => Promise<NewTenantEvent[]>;

/**
 * Stores what workers report of messages: new ones, our own sends that show up in their chat, acks. Three statements
 * for a batch of any size. Returns what to tell; record it in the same transaction. Applying a batch again changes
 * nothing and tells nothing. An error leaves the transaction unusable, so that a group can be split and tried again.
 */
export function createMessageEventApplier(options: { newId: NewId; now: () => Date }): MessageEventApplier {
  return async (tx, batch) => {
    const now = options.now();
    const events = await withKnownIds(tx, batch);
    const facts = events.map((item) => messageFact(item, now)).filter((fact) => fact !== null);
    if (facts.length === 0) return [];
    const known = await lockKnown(tx, facts);
    const { created, changed, told } = foldMessageFacts(facts, known, { newId: options.newId, now });
    const stored = await insert(tx, created);
    await update(tx, changed);
    await countRecovered(
      tx,
      created.filter(({ id }) => stored.has(id)),
    );
    const skipped = new Set(created.filter(({ id }) => !stored.has(id)).map(({ id }) => id));
    return told.filter(({ messageId }) => !skipped.has(messageId)).map(({ event }) => event);
  };
}

/** The rows that the facts may be about, locked in the order of their ids, so that two batches can't block each other. */
async function lockKnown(tx: Transaction, facts: readonly MessageFact[]): Promise<KnownMessage[]> {
  const keys = new Map(facts.map((fact) => [`${fact.tenantId} ${fact.waMessageId}`, fact]));
  const wanted = [...keys.values()];
  return tx.$queryRaw<KnownMessage[]>`
    SELECT m.id, m.tenant_id AS "tenantId", m.account_id AS "accountId", m.wa_message_id AS "waMessageId",
           m.from_me AS "fromMe", m.sender, m.timestamp, m.status, m.ack,
           m.error_code AS "errorCode", m.error_message AS "errorMessage",
           m.sent_at AS "sentAt", m.delivered_at AS "deliveredAt", m.read_at AS "readAt"
    FROM messages m
    JOIN unnest(${wanted.map((key) => key.tenantId)}::text[], ${wanted.map((key) => key.waMessageId)}::text[])
      AS wanted (tenant_id, wa_message_id)
      ON m.tenant_id = wanted.tenant_id AND m.wa_message_id = wanted.wa_message_id
    ORDER BY m.id
    FOR UPDATE OF m`;
}

/**
 * The ids of the rows that are really new: a row with the same identity that another transaction stored stays.
 * One parameter for any number of rows, because the client spends more time on a thousand than the database.
 */
async function insert(tx: Transaction, created: readonly NewMessage[]): Promise<Set<string>> {
  if (created.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO messages (
      id, tenant_id, account_id, direction, status, chat_id, sender, sender_name, from_me, is_from_phone,
      wa_message_id, id_is_derived, type, body, ack, is_forwarded, has_media, quoted_id,
      mentions, content, timestamp, sent_at, delivered_at, read_at, error_code, error_message,
      is_backfilled, is_history)
    SELECT
      id, "tenantId", "accountId", direction, status, "chatId", sender, "senderName", "fromMe", "isFromPhone",
      "waMessageId", "idIsDerived", type, body, ack, "isForwarded", "hasMedia", "quotedId",
      mentions, content, timestamp, "sentAt", "deliveredAt", "readAt", "errorCode", "errorMessage",
      "isBackfilled", "isHistory"
    FROM jsonb_to_recordset(${JSON.stringify(created)}::jsonb) AS v (
      id text, "tenantId" text, "accountId" text, direction "MessageDirection", status "MessageStatus",
      "chatId" text, sender text, "senderName" text, "fromMe" boolean, "isFromPhone" boolean,
      "waMessageId" text, "idIsDerived" boolean, type text, body text, ack int,
      "isForwarded" boolean, "hasMedia" boolean, "quotedId" text, mentions text[], content jsonb,
      timestamp timestamptz, "sentAt" timestamptz, "deliveredAt" timestamptz, "readAt" timestamptz,
      "errorCode" text, "errorMessage" text, "isBackfilled" boolean, "isHistory" boolean)
    ON CONFLICT DO NOTHING
    RETURNING id`;
  return new Set(rows.map(({ id }) => id));
}

async function update(tx: Transaction, changed: readonly KnownMessage[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.$executeRaw`
    UPDATE messages m
    SET status = v.status, ack = v.ack, sender = v.sender, account_id = v."accountId",
        error_code = v."errorCode", error_message = v."errorMessage",
        sent_at = v."sentAt", delivered_at = v."deliveredAt", read_at = v."readAt"
    FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS v (
      id text, status "MessageStatus", ack int, sender text, "accountId" text,
      "errorCode" text, "errorMessage" text,
      "sentAt" timestamptz, "deliveredAt" timestamptz, "readAt" timestamptz)
    WHERE m.id = v.id`;
}
