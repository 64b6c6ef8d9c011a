import { createHash } from 'node:crypto';
import type {
  LinkEvent,
  MessageContent,
  MessageKey,
  MessageUpdate,
  NormalisedMessage,
  TenantId,
} from '@wafleet/contracts';
import type { Update } from './message-updates';

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
  event: Extract<LinkEvent, { kind: 'message.created' | 'message.ack' }> | UpdatedEvent;
}

export type UpdatedEvent = Extract<LinkEvent, { kind: 'message.updated' }>;

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
  /** What became of it by then. */
  updates: Update[];
  /** There is no other reaction than those in `updates`. */
  hasAllReactions: boolean;
}

/** What an event says, in text and times that can be stored. */
export type MessageFact = { tenantId: TenantId; accountId: string | null; waMessageId: string } & (
  | { kind: 'seen'; message: SeenMessage }
  /** `sender` is how the account is known in the chat, where that is told. */
  | { kind: 'acked'; ack: number; sender: string | null }
  | { kind: 'updated'; target: MessageKey; update: Update; event: UpdatedEvent }
);
export type UpdatedFact = Extract<MessageFact, { kind: 'updated' }>;

/**
 * Makes what strangers wrote and their phones' clocks say fit to be stored; no message is refused.
 * Null for what tells nothing: an ack of a message that came in, and what is about a message without an id.
 */
export function messageFact(
  { tenantId, accountId, hearing, event }: MessageEvent,
  now: Date,
): MessageFact | null {
  if (event.kind === 'message.ack') {
    const waMessageId = storableId(event.key.id);
    if (waMessageId === null || !event.key.fromMe) return null;
    const sender = storableId(event.key.sender);
    return { kind: 'acked', tenantId, accountId, waMessageId, ack: event.ack, sender };
  }
  if (event.kind === 'message.updated') {
    const waMessageId = storableId(event.key.id);
    if (waMessageId === null) return null;
    const told = storableValue(event);
    const update = storableUpdate(told.update, now);
    return { kind: 'updated', tenantId, accountId, waMessageId, target: told.key, update, event: told };
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
    content: storableValue(message.content),
    updates: (message.updates ?? []).map((update) => storableUpdate(update, now)),
    hasAllReactions: message.hasAllReactions === true,
  };
}

function storableUpdate(update: MessageUpdate, now: Date): Update {
  const at = update.at === null ? now : boundedTime(update.at, now);
  switch (update.kind) {
    case 'edited':
      return { kind: update.kind, at, body: storable(update.body) };
    case 'revoked':
      return { kind: update.kind, at };
    case 'reacted':
      return { kind: update.kind, at, sender: storable(update.sender), emoji: storable(update.emoji) };
    case 'voted':
      return { kind: update.kind, at, sender: storable(update.sender), options: update.options };
  }
}

/** Postgres holds neither NUL nor halves of surrogate pairs. */
function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The same for every text in it; names of fields are the contract's. */
function storableValue<Value>(value: Value): Value {
  const text = JSON.stringify(value, (_name, one: unknown) =>
    typeof one === 'string' ? storable(one) : one,
  );
  return JSON.parse(text) as Value;
}

/** An empty id is none. */
export function storableId(id: string | null): string | null {
  return id === null ? null : storable(id) || null;
}

function boundedTime(ms: number, now: Date): Date {
  return ms >= earliestMs && ms <= now.getTime() + maxAheadMs ? new Date(ms) : now;
}

function derivedId(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
