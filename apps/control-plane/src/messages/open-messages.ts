import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** The first open message of a chat, with what is needed to send it. What is to be sent always has an expiry. */
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
}

export interface OpenMessages {
  isConnected: boolean;
  /** The account linked now. */
  accountId: string | null;
  /** The oldest of each chat that has any; the oldest of all first. */
  heads: OpenMessage[];
}

/**
 * What is to be sent for a tenant. Messages that were accepted for another number than the one linked now are held:
 * they are not among the heads, and don't keep others of the chat back.
 */
export async function loadOpenMessages(db: Database, tenantId: TenantId): Promise<OpenMessages> {
  const session = await db.whatsappSession.findUnique({
    where: { tenantId },
    select: { state: true, accountId: true, account: { select: { phoneNumber: true } } },
  });
  const phoneNumber = session?.account?.phoneNumber ?? null;
  const heads = await db.$queryRaw<OpenMessage[]>`
    SELECT DISTINCT ON (m.chat_id)
           m.id, m.chat_id AS "chatId", m.body, m.status, m.generation, m.wa_message_id AS "waMessageId",
           m.attempts, m.expires_at AS "expiresAt", m.sending_at AS "sendingAt"
    FROM messages m
    LEFT JOIN accounts a ON a.id = m.account_id
    WHERE m.tenant_id = ${tenantId} AND m.status IN ('QUEUED', 'SENDING')
      AND (m.account_id IS NULL OR a.phone_number = ${phoneNumber}::text)
    ORDER BY m.chat_id, m.id`;
  heads.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { isConnected: session?.state === 'CONNECTED', accountId: session?.accountId ?? null, heads };
}

export async function tenantsWithOpenMessages(db: Database): Promise<TenantId[]> {
  const rows = await db.message.findMany({
    where: { status: { in: ['QUEUED', 'SENDING'] } },
    distinct: ['tenantId'],
    select: { tenantId: true },
  });
  return rows.map(({ tenantId }) => tenantId as TenantId);
}
