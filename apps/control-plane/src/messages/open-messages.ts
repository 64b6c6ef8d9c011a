import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** The first open message of a chat, with what decides its next step. What is to be sent always has an expiry. */
export interface OpenMessage {
  id: string;
  chatId: string;
  body: string;
  status: 'QUEUED' | 'SENDING';
  generation: number | null;
  waMessageId: string | null;
  attempts: number;
  expiresAt: Date;
  sendingAt: Date | null;
  /** Of the session. */
  isConnected: boolean;
  /** The account linked now. */
  linkedAccountId: string | null;
}

/**
 * What is to be sent for a tenant: the oldest open message of each chat that has any, the oldest of all first.
 * Messages that were accepted for another number than the one linked now are held: they are not among these, and don't
 * keep others of the chat back.
 */
export async function loadOpenMessages(db: Database, tenantId: TenantId): Promise<OpenMessage[]> {
  const heads = await db.$queryRaw<OpenMessage[]>`
    SELECT DISTINCT ON (m.chat_id)
           m.id, m.chat_id AS "chatId", m.body, m.status, m.generation, m.wa_message_id AS "waMessageId",
           m.attempts, m.expires_at AS "expiresAt", m.sending_at AS "sendingAt",
           s.state = 'CONNECTED' AS "isConnected", s.account_id AS "linkedAccountId"
    FROM messages m
    JOIN whatsapp_sessions s ON s.tenant_id = m.tenant_id
    LEFT JOIN accounts linked ON linked.id = s.account_id
    LEFT JOIN accounts accepted ON accepted.id = m.account_id
    WHERE m.tenant_id = ${tenantId} AND m.status IN ('QUEUED', 'SENDING')
      AND (m.account_id IS NULL OR accepted.phone_number = linked.phone_number)
    ORDER BY m.chat_id, m.id`;
  return heads.sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function tenantsWithOpenMessages(db: Database): Promise<TenantId[]> {
  const rows = await db.message.findMany({
    where: { status: { in: ['QUEUED', 'SENDING'] } },
    distinct: ['tenantId'],
    select: { tenantId: true },
  });
  return rows.map(({ tenantId }) => tenantId as TenantId);
}
