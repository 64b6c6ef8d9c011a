import { createHash } from 'node:crypto';
import type { LinkEvent, MessageContent, NormalisedMessage, TenantId } from '@wafleet/contracts';

/** A clock of a phone may be wrong by a day; what is further ahead is not a time. */
const maxAheadMs = 24 * 60 * 60 * 1_000;
/** WhatsApp did not exist before. */
const earliestMs = Date.UTC(2009, 0, 1);

export interface MessageEvent {
  tenantId: TenantId;
  /** The account that the session is linked to; null where that is not known yet. */
  accountId: string | null;
  /** Absent where no account is known, and of what we ask for ourselves. */
  hearing?: Hearing | null;
  generation: number;
  event: Extract<LinkEvent, { kind: 'message.created' | 'message.ack' }>;
}

/** How the account is listened to: what tells a message that comes late from one that comes now. */
export interface Hearing {
  linkedAt: Date;
  /** The outage that is being caught up with. */
  outage: { id: string; to: Date } | null;
}

/** A message as it is stored. */
export interface SeenMessage {
  waMessageId: string;
  idIsDerived: boolean;
  fromMe: boolean;
  chatId: string;
  sender: string;
  senderName: string | null;
  type: string;
  body: string;
  timestamp: Date;
  ack: number;
  isForwarded: boolean;
  hasMedia: boolean;
  quotedId: string | null;
  mentions: string[];
  content: MessageContent | null;
  isBackfilled: boolean;
  isHistory: boolean;
  /** The outage in whose statement it counts. */
  recoveredIn: string | null;
}

/** What an event says, in text and times that can be stored. */
export type MessageFact = { tenantId: TenantId; accountId: string | null } & (
  | { kind: 'seen'; waMessageId: string; message: SeenMessage }
  | { kind: 'acked'; waMessageId: string; ack: number }
);

/**
 * Makes what strangers wrote and their phones' clocks say fit to be stored; no message is refused.
 * Null for an ack that tells nothing: of a message that came in, or without an id.
 */
export function messageFact(
  { tenantId, accountId, hearing, event }: MessageEvent,
  now: Date,
): MessageFact | null {
  if (event.kind === 'message.ack') {
    const waMessageId = storableId(event.key.id);
    if (waMessageId === null || !event.key.fromMe) return null;
    return { kind: 'acked', tenantId, accountId, waMessageId, ack: event.ack };
  }
  const seen = seenMessage(event.message, now);
  const message = { ...seen, ...lateness(seen.timestamp, event.outageId !== undefined, hearing ?? null) };
  return { kind: 'seen', tenantId, accountId, waMessageId: message.waMessageId, message };
}

/** Messages carry whole seconds, so that one of now may look a moment older than the end of an outage. */
function lateness(timestamp: Date, isFromBackfill: boolean, hearing: Hearing | null) {
  const at = timestamp.getTime();
  const isHistory = isFromBackfill && hearing !== null && at < wholeSecond(hearing.linkedAt);
  const outage = isHistory ? null : (hearing?.outage ?? null);
  const latest = outage === null ? 0 : outage.to.getTime() - (isFromBackfill ? 0 : 1_000);
  const recoveredIn = outage !== null && at < latest ? outage.id : null;
  // A reading may find what comes just now before the page tells it.
  const isLate = recoveredIn !== null || (isFromBackfill && outage === null);
  return { isBackfilled: isLate, isHistory, recoveredIn };
}

function wholeSecond(time: Date): number {
  return Math.floor(time.getTime() / 1_000) * 1_000;
}

function seenMessage(
  message: NormalisedMessage,
  now: Date,
): Omit<SeenMessage, 'isBackfilled' | 'isHistory' | 'recoveredIn'> {
  const chatId = storable(message.key.chatId);
  const sender = storable(message.key.sender);
  const type = storable(message.type);
  const body = storable(message.body);
  const id = storableId(message.key.id);
  return {
    // A page that gives no id must neither make two rows of one message nor lose it.
    waMessageId: id ?? derivedId([chatId, message.timestamp, sender, type, body]),
    idIsDerived: id === null,
    fromMe: message.key.fromMe,
    chatId,
    sender,
    senderName: message.senderName === null ? null : storable(message.senderName),
    type,
    body,
    timestamp: boundedTime(message.timestamp, now),
    ack: message.ack,
    isForwarded: message.isForwarded,
    hasMedia: message.hasMedia,
    quotedId: message.quotedId === null ? null : storable(message.quotedId),
    mentions: message.mentions.map(storable),
    content: storableContent(message.content),
  };
}

/** Postgres holds neither NUL nor halves of surrogate pairs. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The same for every text in it; names of fields are the contract's. */
function storableContent(content: MessageContent | null): MessageContent | null {
  const text = JSON.stringify(content, (_name, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
  return JSON.parse(text) as MessageContent | null;
}

/** An empty id is none. */
function storableId(id: string | null): string | null {
  return id === null ? null : storable(id) || null;
}

function boundedTime(ms: number, now: Date): Date {
  return ms >= earliestMs && ms <= now.getTime() + maxAheadMs ? new Date(ms) : now;
}

function derivedId(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
