import { messageStatuses, type MessageStatus } from '@wafleet/contracts';

/**
 * Which status may follow which. Acks are facts of WhatsApp, so that they raise a message out of every state we
 * only believed in: a message we gave up, or took back, may have been sent all the same.
 */
const followers: Record<MessageStatus, readonly MessageStatus[]> = {
  RECEIVED: [],
  SCHEDULED: ['QUEUED', 'CANCELLED'],
  QUEUED: ['SENDING', 'EXPIRED', 'CANCELLED', 'FAILED', 'SENT', 'DELIVERED', 'READ'],
  SENDING: ['QUEUED', 'EXPIRED', 'FAILED', 'UNCERTAIN', 'SENT', 'DELIVERED', 'READ'],
  SENT: ['DELIVERED', 'READ'],
  DELIVERED: ['READ'],
  READ: [],
  FAILED: ['SENT', 'DELIVERED', 'READ'],
  EXPIRED: ['SENT', 'DELIVERED', 'READ'],
  CANCELLED: ['SENT', 'DELIVERED', 'READ'],
  UNCERTAIN: ['QUEUED', 'FAILED', 'SENT', 'DELIVERED', 'READ'],
};

export function mayFollow(from: MessageStatus, to: MessageStatus): boolean {
  return followers[from].includes(to);
}

/** Every status that `to` may follow; the precondition of a change in the database. */
export function predecessorsOf(to: MessageStatus): MessageStatus[] {
  return messageStatuses.filter((from) => mayFollow(from, to));
}

/** What WhatsApp's ack says of an outgoing message; null for 0, which says only that the page has it. */
function statusOfAck(ack: number): 'FAILED' | 'SENT' | 'DELIVERED' | 'READ' | null {
  if (ack < 0) return 'FAILED';
  if (ack === 0) return null;
  if (ack === 1) return 'SENT';
  return ack === 2 ? 'DELIVERED' : 'READ';
}

/** The new status, or null where the ack tells nothing new. Acks come late, twice and out of order; status only rises. */
export function statusAfterAck(current: MessageStatus, ack: number): MessageStatus | null {
  const next = statusOfAck(ack);
  return next !== null && mayFollow(current, next) ? next : null;
}
