import type { Database, MediaState } from '@wafleet/db';
import type { MessageRow } from './message-view';

/** Messages with what is shown of them, by one statement of the driver: for each that a webhook is told of. */
export async function readMessages(
  db: Pick<Database, 'statements'>,
  ids: readonly string[],
): Promise<MessageRow[]> {
  const rows = await db.statements.$queryRaw<FlatRow[]>`
    SELECT
      m.id, m.tenant_id AS "tenantId", m.direction::text AS direction, m.status::text AS status,
      m.chat_id AS "chatId", m.sender, m.sender_name AS "senderName", m.is_from_phone AS "isFromPhone",
      m.wa_message_id AS "waMessageId", m.is_backfilled AS "isBackfilled", m.is_history AS "isHistory",
      m.type, m.body, m.content, m.is_forwarded AS "isForwarded", m.quoted_id AS "quotedId",
      COALESCE(m.mentions, '{}') AS mentions, m.edited_at AS "editedAt", m.revoked_at AS "revokedAt",
      m.reactions, m.votes, m.media_id AS "mediaId",
      m.target_id AS "targetId", m.error_code AS "errorCode", m.error_message AS "errorMessage",
      m.timestamp, m.created_at AS "createdAt", m.send_at AS "sendAt", m.sent_at AS "sentAt",
      m.delivered_at AS "deliveredAt", m.read_at AS "readAt", m.expires_at AS "expiresAt",
      media.mime_type AS "mimeType", media.size_bytes AS "sizeBytes", media.filename,
      media.expires_at AS "mediaExpiresAt",
      d.state::text AS "downloadState", d.reason AS "downloadReason", d.attempts AS "downloadAttempts",
      d.next_try_at AS "nextTryAt"
    FROM messages m
    LEFT JOIN media ON media.id = m.media_id
    LEFT JOIN media_downloads d ON d.message_id = m.id
    WHERE m.id = ANY(${ids})`;
  return rows.map(nested);
}

type FlatRow = Omit<MessageRow, 'media' | 'mediaDownload'> & {
  /** Of its media; without any they are null, as what follows is without a download. */
  mimeType: string | null;
  sizeBytes: number;
  filename: string | null;
  mediaExpiresAt: Date;
  downloadState: MediaState | null;
  downloadReason: string | null;
  downloadAttempts: number;
  nextTryAt: Date;
};

function nested(row: FlatRow): MessageRow {
  const { mediaId, mimeType, sizeBytes, filename, mediaExpiresAt: expiresAt } = row;
  const { downloadState: state, downloadReason: reason, downloadAttempts: attempts, nextTryAt } = row;
  return {
    ...row,
    media:
      mediaId === null || mimeType === null
        ? null
        : { id: mediaId, mimeType, sizeBytes, filename, expiresAt },
    mediaDownload: state === null ? null : { state, reason, attempts, nextTryAt },
  };
}
