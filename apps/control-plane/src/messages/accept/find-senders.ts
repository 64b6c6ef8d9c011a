import { AppError, type DesiredState, type TenantId, type TenantStatus } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { sendRefusal } from './send-refusal';

/** Who sends to a chat. */
export interface Sender {
  /** The account through which the tenant sends now; null before the first link. */
  accountId: string | null;
  /** Messages that wait for this chat. */
  waiting: number;
  /** Messages of the tenant that wait for their time. */
  scheduled: number;
}

interface ChatOfTenant {
  tenantId: TenantId;
  chatId: string;
}

/**
 * For each chat its sender, the same one for the same chat; or why the tenant takes nothing to be sent: NOT_FOUND,
 * TENANT_ERASING, NOT_RUNNING, NEEDS_PERSON (with `reason`).
 */
export async function findSenders(
  db: Database,
  chats: readonly ChatOfTenant[],
): Promise<(Sender | AppError)[]> {
  const rows = await db.statements.$queryRaw<SenderRow[]>`
    SELECT asked.tenant_id AS "tenantId", asked.chat_id AS "chatId",
           t.desired_state::text AS "desiredState", t.parked_reason AS "parkedReason",
           t.status::text AS status, t.status_reason AS "statusReason", s.account_id AS "accountId",
           (SELECT count(*)::int FROM messages m
            WHERE m.tenant_id = asked.tenant_id AND m.status = 'QUEUED' AND m.chat_id = asked.chat_id) AS waiting,
           (SELECT count(*)::int FROM messages m
            WHERE m.tenant_id = asked.tenant_id AND m.status = 'SCHEDULED') AS scheduled
    FROM (
      SELECT DISTINCT * FROM unnest(
        ${chats.map(({ tenantId }) => tenantId)}::text[], ${chats.map(({ chatId }) => chatId)}::text[]
      ) AS v (tenant_id, chat_id)) AS asked
    JOIN tenants t ON t.id = asked.tenant_id
    LEFT JOIN whatsapp_sessions s ON s.tenant_id = t.id`;
  const senders = new Map(rows.map((row) => [keyOf(row), senderOf(row)]));
  return chats.map((chat) => senders.get(keyOf(chat)) ?? new AppError('NOT_FOUND'));
}

/** @throws AppError as findSenders names them */
export async function requireSender(db: Database, chat: ChatOfTenant): Promise<Sender> {
  const [sender = new AppError('NOT_FOUND')] = await findSenders(db, [chat]);
  if (sender instanceof AppError) throw sender;
  return sender;
}

interface SenderRow extends ChatOfTenant, Sender {
  desiredState: DesiredState;
  parkedReason: string | null;
  status: TenantStatus;
  statusReason: string | null;
}

function senderOf(row: SenderRow): Sender | AppError {
  const refusal = sendRefusal(row);
  if (refusal) return new AppError(refusal.code, { extra: { reason: refusal.reason } });
  return { accountId: row.accountId, waiting: row.waiting, scheduled: row.scheduled };
}

function keyOf({ tenantId, chatId }: ChatOfTenant): string {
  return `${tenantId} ${chatId}`;
}
