import type { MessageKey, TenantId } from '@wafleet/contracts';
import type { Database, Statements, Transaction } from '@wafleet/db';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import type { DownloadStep } from './next-download-step';

/** A try that is committed as DOWNLOADING. */
export interface Download {
  messageId: string;
  key: MessageKey;
  /** The page gave the message no id, so that it can't be asked for. */
  idIsDerived: boolean;
  /** This try included. */
  attempts: number;
  /** As the sender says. */
  mimeType: string | null;
  sizeBytes: number | null;
  filename: string | null;
}

/** In the transaction that stores the messages: what has bytes is to be fetched. */
export async function queueDownloads(
  tx: Statements,
  messages: readonly { id: string; tenantId: string; hasMedia: boolean }[],
): Promise<void> {
  const withMedia = messages.filter(({ hasMedia }) => hasMedia);
  if (withMedia.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO media_downloads (message_id, tenant_id)
    SELECT * FROM unnest(
      ${withMedia.map(({ id }) => id)}::text[], ${withMedia.map(({ tenantId }) => tenantId)}::text[])
    ON CONFLICT DO NOTHING`;
}

/** Tenants with media to fetch now, by a session that can. */
export async function tenantsWithDownloads(db: Database, now: Date): Promise<TenantId[]> {
  const rows = await db.$queryRaw<{ tenantId: TenantId }[]>`
    SELECT DISTINCT d.tenant_id AS "tenantId"
    FROM media_downloads d
    JOIN whatsapp_sessions s ON s.tenant_id = d.tenant_id AND s.state = 'CONNECTED'
    WHERE d.state = 'DOWNLOADING' OR (d.state = 'PENDING' AND d.next_try_at <= ${now})`;
  return rows.map(({ tenantId }) => tenantId);
}

/**
 * Commits that the tenant's next media are being fetched, the intent before the act: what has waited longest, what is
 * from before the link last. What came to another number waits for that one. Only while nothing of this tenant is under
 way: what is said to be then was left by a crash, and is begun again; the try that was cut off counts.
 */
export async function beginDownload(db: Database, tenantId: TenantId, now: Date): Promise<Download | null> {
  const rows = await db.$queryRaw<Download[]>`
    UPDATE media_downloads d SET state = 'DOWNLOADING', attempts = d.attempts + 1
    FROM messages m
    WHERE m.id = d.message_id AND d.message_id = (
      SELECT due.message_id
      FROM media_downloads due
      JOIN messages waiting ON waiting.id = due.message_id
      JOIN whatsapp_sessions s ON s.tenant_id = due.tenant_id AND s.state = 'CONNECTED'
      LEFT JOIN accounts linked ON linked.id = s.account_id
      LEFT JOIN accounts own ON own.id = waiting.account_id
      WHERE due.tenant_id = ${tenantId}
        AND (due.state = 'DOWNLOADING' OR (due.state = 'PENDING' AND due.next_try_at <= ${now}))
        AND (waiting.account_id IS NULL OR own.phone_number = linked.phone_number)
      ORDER BY waiting.is_history, due.next_try_at, due.message_id
      LIMIT 1
      FOR UPDATE OF due SKIP LOCKED)
    RETURNING d.message_id AS "messageId", d.attempts, m.id_is_derived AS "idIsDerived",
      jsonb_build_object('id', m.wa_message_id, 'fromMe', m.from_me, 'chatId', m.chat_id,
        'sender', COALESCE(m.sender, '')) AS key,
      m.content->>'mimeType' AS "mimeType", (m.content->>'sizeBytes')::float8 AS "sizeBytes",
      m.content->>'filename' AS filename`;
  return rows[0] ?? null;
}

/** @returns false where it is no longer this try that counts */
export async function endAsStored(
  tx: Transaction,
  { messageId, attempts }: Download,
  mediaId: string,
): Promise<boolean> {
  const { count } = await tx.mediaDownload.updateMany({
    where: { messageId, attempts, state: 'DOWNLOADING' },
    data: { state: 'STORED', reason: null },
  });
  if (count === 0) return false;
  await tx.message.update({ where: { id: messageId }, data: { mediaId } });
  return true;
}

/** What a try that stored nothing leaves, told where it is an end. */
export async function takeDownloadStep(
  deps: { commit: CommitWithEvents; now: () => Date },
  tenantId: TenantId,
  { messageId, attempts }: Download,
  step: DownloadStep,
): Promise<void> {
  const now = deps.now();
  const where = { messageId, attempts, state: 'DOWNLOADING' as const };
  const { reason } = step;
  await deps.commit(async (tx) => {
    if (step.kind === 'end') {
      const { count } = await tx.mediaDownload.updateMany({ where, data: { state: step.state, reason } });
      const told = failedEvent(tenantId, messageId, now, step);
      return { events: count > 0 ? [told] : [], result: undefined };
    }
    const nextTryAt = new Date(now.getTime() + step.delayMs);
    const counted = step.kind === 'retry' ? attempts : attempts - 1;
    await tx.mediaDownload.updateMany({
      where,
      data: { state: 'PENDING', reason, attempts: counted, nextTryAt },
    });
    return { events: [], result: undefined };
  });
}

const batchSize = 500;

/** Ends what has waited since before this moment and was never tried. */
export async function giveUpDownloads(
  deps: { commit: CommitWithEvents; now: () => Date },
  before: Date,
): Promise<void> {
  for (;;) {
    const count = await deps.commit(async (tx) => {
      const ended = await tx.$queryRaw<{ messageId: string; tenantId: TenantId }[]>`
        UPDATE media_downloads SET state = 'FAILED', reason = 'given_up'
        WHERE message_id IN (
          SELECT message_id FROM media_downloads
          WHERE state = 'PENDING' AND attempts = 0 AND created_at < ${before}
          LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
        RETURNING message_id AS "messageId", tenant_id AS "tenantId"`;
      const at = deps.now();
      const step = { state: 'FAILED', reason: 'given_up' } as const;
      const events = ended.map(({ messageId, tenantId }) => failedEvent(tenantId, messageId, at, step));
      return { events, result: ended.length };
    });
    if (count < batchSize) return;
  }
}

function failedEvent(
  tenantId: TenantId,
  messageId: string,
  at: Date,
  { state, reason }: { state: string; reason: string },
): NewTenantEvent {
  return { tenantId, type: 'media.failed', at, data: { messageId, state, reason } };
}
