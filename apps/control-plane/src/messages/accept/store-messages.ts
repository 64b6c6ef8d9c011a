import type { MessageContent, TenantId } from '@wafleet/contracts';
import { Prisma, type Message } from '@wafleet/db';
import { systemErrorCode } from '../../system-error';
import type { StoreWithEvents } from '../../tenants/store-with-events';
import { noAftermath } from '../inbox/message-updates';

/** What a message that is to be sent begins with. */
export interface NewOutgoing {
  id: string;
  tenantId: TenantId;
  accountId: string | null;
  status: 'QUEUED' | 'SCHEDULED';
  chatId: string;
  type: string;
  body: string;
  content: MessageContent | null;
  mentions: string[];
  linkPreview: boolean;
  mediaId: string | null;
  targetId: string | null;
  quotedId: string | null;
  createdAt: Date;
  sendAt: Date | null;
  expiresAt: Date;
  idempotencyKey: string | null;
  requestHash: string | null;
}

/**
 * Stores messages to be sent, and that they are. The rows that are stored, by their ids; not those whose key is taken.
 * Rejects where what they refer to was deleted since it was looked at: isReferenceGone().
 */
export async function storeMessages(
  store: StoreWithEvents,
  messages: readonly NewOutgoing[],
): Promise<ReadonlyMap<string, Message>> {
  if (messages.length === 0) return new Map();
  const targets = messages.flatMap(({ targetId }) => targetId ?? []);
  const events = await store({
    rows: Prisma.sql`
      targets AS MATERIALIZED (SELECT id FROM messages WHERE id = ANY(${targets}) FOR KEY SHARE),
      accepted AS (
        INSERT INTO messages (
          id, tenant_id, account_id, direction, status, chat_id, from_me, type, body, content, mentions, link_preview,
          has_media, media_id, target_id, quoted_id, timestamp, created_at, send_at, expires_at, idempotency_key,
          request_hash)
        SELECT
          id, "tenantId", "accountId", 'OUTBOUND', status, "chatId", true, type, body, content, mentions,
          "linkPreview", "mediaId" IS NOT NULL, "mediaId", "targetId", "quotedId", "createdAt", "createdAt", "sendAt",
          "expiresAt", "idempotencyKey", "requestHash"
        FROM jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) AS v (
          id text, "tenantId" text, "accountId" text, status "MessageStatus", "chatId" text, type text, body text,
          content jsonb, mentions text[], "linkPreview" boolean, "mediaId" text, "targetId" text, "quotedId" text,
          "createdAt" timestamptz, "sendAt" timestamptz, "expiresAt" timestamptz, "idempotencyKey" text,
          "requestHash" text)
        ON CONFLICT DO NOTHING
        RETURNING id, tenant_id, status, created_at)`,
    locked: Prisma.sql`SELECT (SELECT count(*) FROM targets) + (SELECT count(*) FROM accepted)`,
    events: Prisma.sql`
      SELECT tenant_id, 'message.status', created_at, jsonb_build_object('messageId', id, 'status', status), id
      FROM accepted`,
  });
  const stored = new Set(events.map(({ data }) => data['messageId']));
  return new Map(messages.filter(({ id }) => stored.has(id)).map((message) => [message.id, rowOf(message)]));
}

/** SQLSTATE. */
const foreignKeyViolation = '23503';

/** What a request refers to was deleted since it was looked at. */
export function isReferenceGone(error: unknown): boolean {
  return systemErrorCode(error) === foreignKeyViolation;
}

/** The whole row: what is not said has the value that the database gives. */
function rowOf(message: NewOutgoing): Message {
  const { editedAt, revokedAt } = noAftermath;
  return {
    ...message,
    direction: 'OUTBOUND',
    fromMe: true,
    hasMedia: message.mediaId !== null,
    timestamp: message.createdAt,
    ...{ editedAt, revokedAt, reactions: [], votes: [] },
    ...{ sender: null, senderName: null, isFromPhone: false, isBackfilled: false, isHistory: false },
    ...{
      waMessageId: null,
      idIsDerived: false,
      ack: 0,
      isForwarded: false,
      errorCode: null,
      errorMessage: null,
    },
    ...{ generation: null, attempts: 0, sendingAt: null, sentAt: null, deliveredAt: null, readAt: null },
  };
}
