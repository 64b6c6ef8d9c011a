import type { Message, MessageStatus } from '@wafleet/contracts';
import type { Tone } from '@/ui/mark';

export const statusLooks: Record<MessageStatus, { tone: Tone; word: string }> = {
  RECEIVED: { tone: 'rest', word: 'Received' },
  SCHEDULED: { tone: 'rest', word: 'For later' },
  QUEUED: { tone: 'busy', word: 'Waiting' },
  SENDING: { tone: 'busy', word: 'Being sent' },
  SENT: { tone: 'busy', word: 'Sent' },
  DELIVERED: { tone: 'good', word: 'Delivered' },
  READ: { tone: 'good', word: 'Read' },
  FAILED: { tone: 'bad', word: 'Failed' },
  EXPIRED: { tone: 'warn', word: 'Expired' },
  CANCELLED: { tone: 'rest', word: 'Cancelled' },
  UNCERTAIN: { tone: 'warn', word: 'Uncertain' },
};

/** The other side of a message. */
export function chatName({ direction, senderName, chatId }: Message): string {
  const [user = chatId, server] = chatId.split('@');
  const name = server === 'c.us' ? `+${user}` : server === 'g.us' ? `Group ${user}` : chatId;
  return direction === 'INBOUND' && senderName ? `${senderName} (${name})` : name;
}

/** What it says, or what it is. */
export function textOf({ body, type, revokedAt }: Message): string {
  if (revokedAt !== null) return 'Deleted for everybody';
  return body === '' ? `(${type.replaceAll('_', ' ')})` : body;
}
