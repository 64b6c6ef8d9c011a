import type { MessageContent, MessageKey, TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** The first open message of a chat, with what decides its next step. What is to be sent always has an expiry. */
export interface OpenMessage {
  id: string;
  tenantId: TenantId;
  chatId: string;
  /** `text`, `image` …; or what is said of another message: ChangeType. */
  type: string;
  body: string;
  content: MessageContent | null;
  mentions: string[];
  linkPreview: boolean;
  /** What it answers or is about; null where there is nothing, or it is gone. */
  target: MessageKey | null;
  /** It answers another message. */
  isAnswer: boolean;
  media: { sha256: string; mimeType: string; sizeBytes: number } | null;
  status: 'QUEUED' | 'SENDING';
  generation: number | null;
  waMessageId: string | null;
  attempts: number;
  expiresAt: Date;
  sendingAt: Date | null;
  /** Of the session. */
  isConnected: boolean;
  connectedSince: Date;
  /** Of the tenant; null where it has no pace. */
  pacedUntil: Date | null;
  /** Of the tenant; null where it has none of its own, 0: no pace. */
  sendsPerMinute: number | null;
  /** The account linked now. */
  linkedAccountId: string | null;
}

/**
 * What is to be sent for each tenant: the oldest open message of each chat that has any, the oldest of all first.
 * Messages that were accepted for another number than the one linked now are held: they are not among these, and don't
 * keep others of the chat back.
 */
export async function loadOpenMessages(
  db: Database,
  tenantIds: readonly TenantId[],
): Promise<OpenMessage[][]> {
  const heads = await db.statements.$queryRaw<OpenMessage[]>`
    SELECT m.id, m.tenant_id AS "tenantId", m.chat_id AS "chatId", m.type, m.body, m.content, m.mentions, m.status, m.generation,
           m.link_preview AS "linkPreview",
           m.wa_message_id AS "waMessageId", m.attempts, m.expires_at AS "expiresAt", m.sending_at AS "sendingAt",
           CASE WHEN target.id IS NOT NULL THEN jsonb_build_object(
             'id', target.wa_message_id, 'fromMe', target.from_me,
             'chatId', target.chat_id, 'sender', COALESCE(target.sender, '')) END AS target,
           CASE WHEN media.id IS NOT NULL THEN jsonb_build_object(
             'sha256', media.sha256, 'mimeType', media.mime_type, 'sizeBytes', media.size_bytes) END AS media,
           m."isConnected", m."connectedSince", m."linkedAccountId", pace.paced_until AS "pacedUntil",
           pace.per_minute AS "sendsPerMinute", m.quoted_id IS NOT NULL AS "isAnswer"
    FROM (
      SELECT DISTINCT ON (m.tenant_id, m.chat_id)
             m.*, s.state = 'CONNECTED' AS "isConnected", s.since AS "connectedSince",
             s.account_id AS "linkedAccountId"
      FROM messages m
      JOIN whatsapp_sessions s ON s.tenant_id = m.tenant_id
      LEFT JOIN accounts linked ON linked.id = s.account_id
      LEFT JOIN accounts accepted ON accepted.id = m.account_id
      WHERE m.tenant_id = ANY(${tenantIds}) AND m.status IN ('QUEUED', 'SENDING')
        AND (m.account_id IS NULL OR accepted.phone_number = linked.phone_number)
      ORDER BY m.tenant_id, m.chat_id, m.id) m
    LEFT JOIN messages target ON target.id = m.target_id
    LEFT JOIN media ON media.id = m.media_id
    LEFT JOIN send_paces pace ON pace.tenant_id = m.tenant_id`;
  heads.sort((a, b) => (a.id < b.id ? -1 : 1));
  return tenantIds.map((tenantId) => heads.filter((head) => head.tenantId === tenantId));
}

export async function tenantsWithOpenMessages(db: Database): Promise<TenantId[]> {
  const rows = await db.message.findMany({
    where: { status: { in: ['QUEUED', 'SENDING'] } },
    distinct: ['tenantId'],
    select: { tenantId: true },
  });
  return rows.map(({ tenantId }) => tenantId as TenantId);
}
