import type { LinkEvent, MessageKey, MessageUpdate, TenantId } from '@wafleet/contracts';
import type { Statements } from '@wafleet/db';
import { renameChatOfDeliveries } from '../../webhooks/queue-deliveries';
import type { MessageEvent } from './message-facts';
import { type Reaction, type Vote, withSenderRenamed } from './message-updates';

type Learned = Extract<LinkEvent, { kind: 'identity.learned' }>;

/**
 * Notes that a privacy id and the chat of a phone number are one, and gives what was stored under the first to the
 * second. Repeats change nothing. A message that is there under both keeps the former sender in one of its rows.
 */
export async function learnPrivacyId(
  tx: Statements,
  tenantId: TenantId,
  { lid, chatId }: Pick<Learned, 'lid' | 'chatId'>,
): Promise<void> {
  if (!isPrivacyId(lid) || isPrivacyId(chatId)) return;
  const isNews = await tx.$executeRaw`
    INSERT INTO privacy_ids AS p (tenant_id, lid, chat_id) VALUES (${tenantId}, ${lid}, ${chatId})
    ON CONFLICT (tenant_id, lid) DO UPDATE SET chat_id = excluded.chat_id WHERE p.chat_id <> excluded.chat_id`;
  if (isNews === 0) return;
  await tx.$executeRaw`
    UPDATE messages m SET sender = ${chatId}
    WHERE m.tenant_id = ${tenantId} AND m.sender = ${lid} AND m.sender LIKE '%@lid'
      AND NOT EXISTS (
        SELECT FROM messages o
        WHERE o.tenant_id = m.tenant_id AND o.wa_message_id = m.wa_message_id AND o.from_me = m.from_me
          AND o.account_id IS NOT DISTINCT FROM m.account_id AND o.sender = ${chatId})`;
  await tx.$executeRaw`
    UPDATE messages SET chat_id = ${chatId} WHERE tenant_id = ${tenantId} AND chat_id = ${lid}`;
  await renameChatOfDeliveries(tx, tenantId, lid, chatId);
  await renameVoices(tx, tenantId, lid, chatId);
  await tx.$executeRaw`
    WITH former AS (
      DELETE FROM chat_backfills b USING accounts a
      WHERE a.id = b.account_id AND a.tenant_id = ${tenantId} AND b.chat_id = ${lid}
      RETURNING b.account_id, b.complete_until)
    INSERT INTO chat_backfills AS b (account_id, chat_id, complete_until)
    SELECT account_id, ${chatId}, complete_until FROM former
    ON CONFLICT (account_id, chat_id) DO UPDATE
      SET complete_until = LEAST(b.complete_until, excluded.complete_until)`;
  await tx.$executeRaw`
    WITH former AS (
      DELETE FROM outage_chats c USING outages o
      WHERE o.id = c.outage_id AND o.tenant_id = ${tenantId} AND c.chat_id = ${lid}
      RETURNING c.outage_id, c.recovered, c.is_complete)
    INSERT INTO outage_chats AS c (outage_id, chat_id, recovered, is_complete)
    SELECT outage_id, ${chatId}, recovered, is_complete FROM former
    ON CONFLICT (outage_id, chat_id) DO UPDATE
      SET recovered = c.recovered + excluded.recovered, is_complete = c.is_complete AND excluded.is_complete`;
}

/** Of reactions and votes; the same person may have given some under either id. */
async function renameVoices(tx: Statements, tenantId: string, lid: string, chatId: string): Promise<void> {
  const said = JSON.stringify([{ sender: lid }]);
  const rows = await tx.$queryRaw<{ id: string; reactions: Reaction[]; votes: Vote[] }[]>`
    SELECT id, reactions, votes FROM messages
    WHERE tenant_id = ${tenantId} AND (reactions::text LIKE '%@lid%' OR votes::text LIKE '%@lid%')
      AND (reactions @> ${said}::jsonb OR votes @> ${said}::jsonb)
    ORDER BY id FOR UPDATE`;
  if (rows.length === 0) return;
  const renamed = rows.map(({ id, reactions, votes }) => ({
    id,
    reactions: withSenderRenamed(reactions, lid, chatId),
    votes: withSenderRenamed(votes, lid, chatId),
  }));
  await tx.$executeRaw`
    UPDATE messages m SET reactions = v.reactions, votes = v.votes
    FROM jsonb_to_recordset(${JSON.stringify(renamed)}::jsonb) AS v (id text, reactions jsonb, votes jsonb)
    WHERE m.id = v.id`;
}

/** The same events under the ids that are known by now: a worker may not have learned what another had. */
export async function withKnownIds(
  tx: Statements,
  batch: readonly MessageEvent[],
): Promise<readonly MessageEvent[]> {
  const hidden = batch.flatMap(({ tenantId, event }) => hiddenIds(event).map((lid) => ({ tenantId, lid })));
  if (hidden.length === 0) return batch;
  const rows = await tx.$queryRaw<{ tenantId: string; lid: string; chatId: string }[]>`
    SELECT DISTINCT p.tenant_id AS "tenantId", p.lid, p.chat_id AS "chatId"
    FROM privacy_ids p
    JOIN unnest(${hidden.map(({ tenantId }) => tenantId)}::text[], ${hidden.map(({ lid }) => lid)}::text[])
      AS asked (tenant_id, lid) ON p.tenant_id = asked.tenant_id AND p.lid = asked.lid`;
  if (rows.length === 0) return batch;
  const known = new Map(rows.map(({ tenantId, lid, chatId }) => [`${tenantId} ${lid}`, chatId]));
  return batch.map((item) => {
    const shown = (id: string) => known.get(`${item.tenantId} ${id}`) ?? id;
    return { ...item, event: withIds(item.event, shown) };
  });
}

function hiddenIds(event: MessageEvent['event']): string[] {
  switch (event.kind) {
    case 'message.ack':
      return [];
    case 'message.updated':
      return [event.key.chatId, event.key.sender, ...voicesOf([event.update])].filter(isPrivacyId);
    case 'message.created': {
      const { key, mentions, updates = [] } = event.message;
      return [key.chatId, key.sender, ...mentions, ...voicesOf(updates)].filter(isPrivacyId);
    }
  }
}

function voicesOf(updates: readonly MessageUpdate[]): string[] {
  return updates.flatMap((update) => ('sender' in update ? [update.sender] : []));
}

function withIds(event: MessageEvent['event'], shown: (id: string) => string): MessageEvent['event'] {
  if (event.kind === 'message.ack') return event;
  const shownKey = ({ chatId, sender, ...key }: MessageKey) => ({
    ...key,
    chatId: shown(chatId),
    sender: shown(sender),
  });
  const shownUpdate = (update: MessageUpdate) =>
    'sender' in update ? { ...update, sender: shown(update.sender) } : update;
  if (event.kind === 'message.updated')
    return { ...event, key: shownKey(event.key), update: shownUpdate(event.update) };
  const { key, mentions, updates } = event.message;
  const message = { ...event.message, key: shownKey(key), mentions: mentions.map(shown) };
  return { ...event, message: updates ? { ...message, updates: updates.map(shownUpdate) } : message };
}

function isPrivacyId(id: string): boolean {
  return id.endsWith('@lid');
}
