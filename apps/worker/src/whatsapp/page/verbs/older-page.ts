import type { OlderMessage, PageReadValue } from '@wafleet/contracts';
import { normaliseMessage } from '../../../inbound/normalise-message';
import type { OlderMessages } from './page-older';

/** An answer is one frame of the link, which is 4 MiB at most. */
const maxBytes = 1024 * 1024;

/**
 * What the page told as the control plane takes it, as much as fits into one answer. What is no message of a chat is left out,
 * and passed over by the next part.
 */
export function olderPage(
  { messages, hasMore, ownId }: OlderMessages,
  before: { at: number; id: string } | null,
): PageReadValue<'older'> {
  const fitting: OlderMessage[] = [];
  let bytes = 0;
  let last = before;
  for (const message of messages) {
    const place = placeOf(message);
    const normalised = normaliseMessage(message, ownId);
    if (normalised && normalised.key.id !== null) {
      const { key, type, body, timestamp, senderName, isForwarded, hasMedia, quotedId, content } = normalised;
      const one = { type, body, timestamp, senderName, isForwarded, hasMedia, quotedId, content };
      const older = { id: normalised.key.id, fromMe: key.fromMe, sender: key.sender, ...one };
      bytes += Buffer.byteLength(JSON.stringify(older));
      // One alone always fits.
      if (bytes > maxBytes && fitting.length > 0) return { messages: fitting, next: last };
      fitting.push(older);
    }
    last = place ?? last;
  }
  return { messages: fitting, next: hasMore ? last : null };
}

function placeOf(message: Record<string, unknown>): { at: number; id: string } | null {
  const { t, id } = message;
  const raw = typeof id === 'object' && id !== null && 'id' in id ? id.id : null;
  return typeof t === 'number' && typeof raw === 'string' && raw.length <= 256
    ? { at: Math.floor(t), id: raw }
    : null;
}
