import type { Statements } from '@wafleet/db';
import { queueDownloads } from '../../media/downloads/download-rows';
import type { NewId } from '../../new-id';
import { countRecovered } from '../../outages/count-recovered';
import { withoutErased } from '../../privacy/erased-contacts';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import { findEarlyUpdates, forgetEarlyUpdates, keepEarlyUpdates } from './early-updates';
import {
  foldMessageFacts,
  type KnownMessage,
  type NewMessage,
  type WaitingUpdate,
} from './fold-message-facts';
import { messageFact, type MessageEvent, type MessageFact } from './message-facts';
import { withKnownIds } from './privacy-ids';

export type { MessageEvent } from './message-facts';

export type MessageEventApplier = (
  tx: Statements,
  batch: readonly MessageEvent[],
) => Promise<NewTenantEvent[]>;

/**
 * Stores what workers report of messages: new ones, our own sends that show up in their chat, acks, and what becomes of
 * them. A few statements for a batch of any size. Returns what to tell; record it in the same transaction. Applying a batch again changes
 * nothing and tells nothing. An error leaves the transaction unusable, so that a group can be split and tried again.
 */
export function createMessageEventApplier(options: { newId: NewId; now: () => Date }): MessageEventApplier {
  return async (tx, batch) => {
    const now = options.now();
    const waiting = await findEarlyUpdates(tx, batch);
    const events = await withKnownIds(tx, [...batch, ...waiting]);
    const allFacts = events.map((item) => messageFact(item, now));
    const toldFacts = allFacts.slice(0, batch.length).filter((fact) => fact !== null);
    const facts = await withoutErased(tx, toldFacts, now);
    if (facts.length === 0) return [];
    const waitingFacts = allFacts.slice(batch.length).flatMap((fact, index): WaitingUpdate[] => {
      const id = waiting[index]?.id;
      return fact?.kind === 'updated' && id !== undefined ? [{ ...fact, id }] : [];
    });
    const known = await lockKnown(tx, facts);
    const folded = foldMessageFacts(facts, known, waitingFacts, { newId: options.newId, now });
    const { created, told } = folded;
    const stored = await insert(tx, created);
    await update(tx, folded.changed);
    await updateAftermath(tx, folded.updated);
    await keepEarlyUpdates(tx, folded.early);
    const kept = created.filter(({ id }) => stored.has(id));
    await countRecovered(tx, kept);
    await queueDownloads(tx, kept);
    const skipped = new Set(created.filter(({ id }) => !stored.has(id)).map(({ id }) => id));
    const joined = folded.joined.filter(({ messageId }) => !skipped.has(messageId));
    await forgetEarlyUpdates(
      tx,
      joined.map(({ id }) => id),
    );
    return told.filter(({ messageId }) => !skipped.has(messageId)).map(({ event }) => event);
  };
}

/** The rows that the facts may be about, locked in the order of their ids, so that two batches can't block each other. */
async function lockKnown(tx: Statements, facts: readonly MessageFact[]): Promise<KnownMessage[]> {
  const keys = new Map(facts.map((fact) => [`${fact.tenantId} ${fact.waMessageId}`, fact]));
  const wanted = [...keys.values()];
  return tx.$queryRaw<KnownMessage[]>`
    SELECT m.id, m.tenant_id AS "tenantId", m.account_id AS "accountId", m.wa_message_id AS "waMessageId",
           m.from_me AS "fromMe", m.sender, m.timestamp, m.status, m.ack,
           m.error_code AS "errorCode", m.error_message AS "errorMessage",
           m.sent_at AS "sentAt", m.delivered_at AS "deliveredAt", m.read_at AS "readAt",
           m.type, m.edited_at AS "editedAt", CASE WHEN m.edited_at IS NOT NULL THEN m.body END AS "editedBody",
           m.revoked_at AS "revokedAt", m.reactions, m.votes
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
async function insert(tx: Statements, created: readonly NewMessage[]): Promise<Set<string>> {
  if (created.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO messages (
      id, tenant_id, account_id, direction, status, chat_id, sender, sender_name, from_me, is_from_phone,
      wa_message_id, id_is_derived, type, body, ack, is_forwarded, has_media, quoted_id,
      mentions, content, timestamp, sent_at, delivered_at, read_at, error_code, error_message,
      is_backfilled, is_history, edited_at, revoked_at, reactions, votes)
    SELECT
      id, "tenantId", "accountId", direction, status, "chatId", sender, "senderName", "fromMe", "isFromPhone",
      "waMessageId", "idIsDerived", type, body, ack, "isForwarded", "hasMedia", "quotedId",
      mentions, content, timestamp, "sentAt", "deliveredAt", "readAt", "errorCode", "errorMessage",
      "isBackfilled", "isHistory", "editedAt", "revokedAt", reactions, votes
    FROM jsonb_to_recordset(${JSON.stringify(created)}::jsonb) AS v (
      id text, "tenantId" text, "accountId" text, direction "MessageDirection", status "MessageStatus",
      "chatId" text, sender text, "senderName" text, "fromMe" boolean, "isFromPhone" boolean,
      "waMessageId" text, "idIsDerived" boolean, type text, body text, ack int,
      "isForwarded" boolean, "hasMedia" boolean, "quotedId" text, mentions text[], content jsonb,
      timestamp timestamptz, "sentAt" timestamptz, "deliveredAt" timestamptz, "readAt" timestamptz,
      "errorCode" text, "errorMessage" text, "isBackfilled" boolean, "isHistory" boolean,
      "editedAt" timestamptz, "revokedAt" timestamptz, reactions jsonb, votes jsonb)
    ON CONFLICT DO NOTHING
    RETURNING id`;
  return new Set(rows.map(({ id }) => id));
}

async function update(tx: Statements, changed: readonly KnownMessage[]): Promise<void> {
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

/** What a deleted message said and held goes with it; its bytes are freed by the media's clean-up. */
async function updateAftermath(tx: Statements, updated: readonly KnownMessage[]): Promise<void> {
  if (updated.length === 0) return;
  const rows = updated.map(({ id, type, editedAt, editedBody, revokedAt, reactions, votes }) => ({
    id,
    type,
    editedAt,
    editedBody,
    revokedAt,
    reactions,
    votes,
  }));
  await tx.$executeRaw`
    UPDATE messages m
    SET type = v.type, edited_at = v."editedAt", revoked_at = v."revokedAt",
        reactions = v.reactions, votes = v.votes,
        body = CASE WHEN v."revokedAt" IS NULL THEN COALESCE(v."editedBody", m.body) ELSE '' END,
        content = CASE WHEN v."revokedAt" IS NULL THEN m.content END,
        mentions = CASE WHEN v."revokedAt" IS NULL THEN m.mentions ELSE '{}' END,
        quoted_id = CASE WHEN v."revokedAt" IS NULL THEN m.quoted_id END,
        media_id = CASE WHEN v."revokedAt" IS NULL THEN m.media_id END,
        is_forwarded = m.is_forwarded AND v."revokedAt" IS NULL,
        has_media = m.has_media AND v."revokedAt" IS NULL
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v (
      id text, type text, "editedAt" timestamptz, "editedBody" text, "revokedAt" timestamptz,
      reactions jsonb, votes jsonb)
    WHERE m.id = v.id`;
}
