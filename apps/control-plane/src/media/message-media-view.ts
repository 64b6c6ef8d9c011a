import type { MessageContent, MessageMedia } from '@wafleet/contracts';
import type { Media, MediaDownload, Message } from '@wafleet/db';
import { reasonOf } from './downloads/download-reasons';

/** What is read of a message's bytes to show what becomes of them. */
export interface MediaOfMessage {
  media: Pick<Media, 'id' | 'mimeType' | 'sizeBytes' | 'filename' | 'expiresAt'> | null;
  mediaDownload: Pick<MediaDownload, 'state' | 'reason' | 'attempts' | 'nextTryAt'> | null;
}

/** What becomes of a message's bytes, as the API shows it; null where it has none. */
export function messageMediaView(
  row: MediaOfMessage & Pick<Message, 'content' | 'direction' | 'isFromPhone'>,
): MessageMedia | null {
  const { media, mediaDownload: download } = row;
  const content = row.content as MessageContent | null;
  const said = content?.kind === 'media' ? content : null;
  if (media) {
    return {
      id: media.id,
      state: 'STORED',
      reason: null,
      mimeType: media.mimeType,
      sizeBytes: media.sizeBytes,
      filename: media.filename,
      attempts: download?.attempts ?? 0,
      nextTryAt: null,
      expiresAt: media.expiresAt.toISOString(),
    };
  }
  // Of what we sent the bytes were there; what came before they were fetched at all has no row.
  const isSent = row.direction === 'OUTBOUND' && !row.isFromPhone;
  if (!download && !(said && isSent)) return null;
  return {
    id: null,
    // Read in several statements: what was stored between two of them shows as what it was before.
    state: download?.state === 'STORED' ? 'DOWNLOADING' : (download?.state ?? 'EXPIRED'),
    reason: download?.reason == null ? null : reasonOf(download.reason),
    mimeType: said?.mimeType ?? null,
    sizeBytes: said?.sizeBytes ?? null,
    filename: said?.filename ?? null,
    attempts: download?.attempts ?? 0,
    nextTryAt: download?.state === 'PENDING' ? download.nextTryAt.toISOString() : null,
    expiresAt: null,
  };
}
