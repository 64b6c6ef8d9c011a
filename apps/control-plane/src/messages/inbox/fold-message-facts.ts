import { idPrefixes, type MessageDirection, type MessageStatus, type TenantId } from '@wafleet/contracts';
import type { NewId } from '../../new-id';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import type { MessageFact, SeenMessage, UpdatedFact } from './message-facts';
import { failureColumns } from '../message-failures';
import { statusAfterAck } from '../message-status';
import {
  type Aftermath,
  applyUpdate,
  noAftermath,
  takeBackOthers,
  type Update,
  type UpdateOutcome,
} from './message-updates';

/** What a stored message is recognised by, and what later facts can change of it. */
export interface KnownMessage extends Aftermath {
  id: string;
  tenantId: string;
  accountId: string | null;
  waMessageId: string | null;
  fromMe: boolean;
  sender: string | null;
  timestamp: Date;
  type: string;
  status: MessageStatus;
  ack: number;
  errorCode: string | null;
  errorMessage: string | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
}

export type NewMessage = KnownMessage &
  Omit<SeenMessage, 'updates' | 'hasAllReactions'> & { direction: MessageDirection; isFromPhone: boolean };

/** An update that waited for its message. */
export type WaitingUpdate = UpdatedFact & { id: bigint };

export interface FoldedFacts {
  created: NewMessage[];
  /** Their acks and what follows from them. */
  changed: KnownMessage[];
  /** What became of them. */
  updated: KnownMessage[];
  /** Updates of messages that are not there yet. */
  early: UpdatedFact[];
  /** Those that waited, each with the message that it has now. */
  joined: { id: bigint; messageId: string }[];
  /** In the order of what happened, each with the message it tells about. */
  told: { messageId: string; event: NewTenantEvent }[];
}

interface FoldOptions {
  newId: NewId;
  now: Date;
}

/**
 * What a batch of facts makes of the messages known before it, in the order of the batch. The same fact twice changes
 * nothing; an ack only raises; an ack of an unknown message is dropped, because it comes again with the message. What
 * becomes of an unknown message waits for it.
 * @param known every stored message that has a WhatsApp id of the batch; not changed
 * @param waiting the updates that wait for messages of the batch
 */
export function foldMessageFacts(
  facts: readonly MessageFact[],
  known: readonly KnownMessage[],
  waiting: readonly WaitingUpdate[],
  options: FoldOptions,
): FoldedFacts {
  const fold = new Fold(known, waiting, options);
  for (const fact of facts) {
    if (fact.kind === 'seen') fold.see(fact, fact.message);
    else if (fact.kind === 'updated') fold.update(fact);
    else fold.acknowledge(fact, fact);
  }
  return fold.result();
}

class Fold {
  private readonly byWaMessageId = new Map<string, KnownMessage[]>();
  private readonly created = new Map<string, NewMessage>();
  private readonly changed = new Map<string, KnownMessage>();
  private readonly updated = new Map<string, KnownMessage>();
  private readonly joined: FoldedFacts['joined'] = [];
  /** In the order in which they came; without an id where they came in this batch. */
  private waiting: (UpdatedFact & { id?: bigint })[];
  private readonly told: FoldedFacts['told'] = [];

  constructor(
    known: readonly KnownMessage[],
    waiting: readonly WaitingUpdate[],
    private readonly options: FoldOptions,
  ) {
    this.waiting = [...waiting];
    for (const message of known) this.remember({ ...message });
  }

  acknowledge(fact: MessageFact, { ack, sender }: { ack: number; sender: string | null }): void {
    const known = this.candidates(fact).find((message) => message.fromMe);
    if (!known) return;
    // Of what we sent, the page tells no more than its acks.
    if (known.sender === null && sender !== null) {
      known.sender = sender;
      this.changed.set(known.id, known);
    }
    this.raise(known, ack);
  }

  see(fact: MessageFact, seen: SeenMessage): void {
    // A device chooses its ids at random, so that the id alone tells our own; what others send is known by its sender too.
    const known = this.candidates(fact).find(
      (message) => message.fromMe === seen.fromMe && (seen.fromMe || isSameSender(message, seen)),
    );
    if (!known) return this.create(fact, seen);
    if (known.sender === null || (known.accountId === null && fact.accountId !== null)) {
      known.sender ??= seen.sender;
      known.accountId ??= fact.accountId;
      this.changed.set(known.id, known);
    }
    if (seen.fromMe) this.raise(known, seen.ack);
    this.join(known, seen);
    // Deleted before it was told as it was written: what kind it was is all that is left to learn.
    if (known.type === 'revoked' && seen.type !== 'revoked') {
      known.type = seen.type;
      this.updated.set(known.id, known);
    }
    for (const update of seen.updates) this.apply(known, update, seen);
    if (seen.hasAllReactions) this.note(known, takeBackOthers(known, seen.updates), 'message.reaction', seen);
  }

  update(fact: UpdatedFact): void {
    const known = this.targetOf(fact);
    if (known) this.apply(known, fact.update, asItHappens);
    else this.waiting.push(fact);
  }

  result(): FoldedFacts {
    return {
      created: [...this.created.values()].map(asStored),
      changed: [...this.changed.values()].filter(({ id }) => !this.created.has(id)),
      updated: [...this.updated.values()].filter(({ id }) => !this.created.has(id)),
      early: this.waiting.filter(({ id }) => id === undefined),
      joined: this.joined,
      told: this.told,
    };
  }

  private create(fact: MessageFact, seen: SeenMessage): void {
    const fresh = newMessage(fact, seen, this.options);
    this.remember(fresh);
    this.created.set(fresh.id, fresh);
    const { content, type, isBackfilled, isHistory } = seen;
    if (!isHistory) {
      if (content?.kind === 'group')
        this.tell(fresh, 'group.changed', { event: content.event, isBackfilled });
      else
        this.tell(fresh, seen.fromMe ? 'message.sent_from_phone' : 'message.received', {
          type,
          isBackfilled,
        });
    }
    // What a message brings along is a part of it; what was told before it is told now.
    for (const update of seen.updates) applyUpdate(fresh, update);
    this.join(fresh, seen);
  }

  /** What waited for the message becomes of it now. */
  private join(message: KnownMessage, lateness: Lateness): void {
    const waiting = this.waiting;
    this.waiting = waiting.filter((fact) => this.targetOf(fact) !== message);
    for (const fact of waiting) {
      if (this.waiting.includes(fact)) continue;
      this.apply(message, fact.update, lateness);
      if (fact.id !== undefined) this.joined.push({ id: fact.id, messageId: message.id });
    }
  }

  private apply(message: KnownMessage, update: Update, lateness: Lateness): void {
    this.note(message, applyUpdate(message, update), eventTypes[update.kind], lateness);
  }

  private note(
    message: KnownMessage,
    outcome: UpdateOutcome,
    type: NewTenantEvent['type'],
    { isBackfilled, isHistory }: Lateness,
  ): void {
    if (outcome === 'nothing') return;
    this.updated.set(message.id, message);
    if (outcome === 'news' && !isHistory) this.tell(message, type, { isBackfilled });
  }

  /** As far as it is certain: a sender who is hidden in one of both may be anybody. */
  private targetOf(fact: UpdatedFact): KnownMessage | undefined {
    const { fromMe, sender } = fact.target;
    const ours = this.candidates(fact).filter((message) => message.fromMe === fromMe);
    if (fromMe) return ours[0];
    const exact = ours.find((message) => message.sender === sender);
    if (exact || ours.length !== 1) return exact;
    return ours.find((message) => message.sender?.endsWith('@lid') !== sender.endsWith('@lid'));
  }

  private raise(message: KnownMessage, ack: number): void {
    const before = message.status;
    if (!applyAck(message, ack, this.options.now)) return;
    this.changed.set(message.id, message);
    if (message.status !== before) this.tell(message, 'message.status', { status: message.status });
  }

  private tell(message: KnownMessage, type: NewTenantEvent['type'], data: NewTenantEvent['data']): void {
    const tenantId = message.tenantId as TenantId;
    const event = { tenantId, type, at: this.options.now, data: { messageId: message.id, ...data } };
    this.told.push({ messageId: message.id, event });
  }

  private remember(message: KnownMessage): void {
    const place = `${message.tenantId} ${message.waMessageId}`;
    this.byWaMessageId.set(place, [...(this.byWaMessageId.get(place) ?? []), message]);
  }

  /** Messages with the fact's id. An account that is not known yet may be any account. */
  private candidates({ tenantId, accountId, waMessageId }: MessageFact): KnownMessage[] {
    const messages = this.byWaMessageId.get(`${tenantId} ${waMessageId}`) ?? [];
    return messages.filter(
      (message) => accountId === null || message.accountId === null || message.accountId === accountId,
    );
  }
}

/** How late something is told. */
type Lateness = Pick<SeenMessage, 'isBackfilled' | 'isHistory'>;
const asItHappens: Lateness = { isBackfilled: false, isHistory: false };

const eventTypes = {
  edited: 'message.edited',
  revoked: 'message.revoked',
  reacted: 'message.reaction',
  voted: 'message.vote',
} as const satisfies Record<Update['kind'], NewTenantEvent['type']>;

/** A deleted message says and holds nothing; as `updateAftermath` has it of those that are stored. */
function asStored(message: NewMessage): NewMessage {
  if (message.revokedAt === null) return { ...message, body: message.editedBody ?? message.body };
  const nothing = { body: '', content: null, mentions: [], quotedId: null };
  return { ...message, ...nothing, isForwarded: false, hasMedia: false };
}

/** The page may learn only later which number is behind a privacy id; then the time tells it is the same message. */
function isSameSender(known: KnownMessage, seen: SeenMessage): boolean {
  if (known.sender === seen.sender) return true;
  const isOneHidden = known.sender?.endsWith('@lid') !== seen.sender.endsWith('@lid');
  return isOneHidden && known.timestamp.getTime() === seen.timestamp.getTime();
}

function newMessage(fact: MessageFact, given: SeenMessage, { newId, now }: FoldOptions): NewMessage {
  const { updates: _updates, hasAllReactions: _hasAllReactions, ...seen } = given;
  const message: NewMessage = {
    ...seen,
    ...noAftermath,
    id: newId(idPrefixes.message),
    tenantId: fact.tenantId,
    accountId: fact.accountId,
    direction: seen.fromMe ? 'OUTBOUND' : 'INBOUND',
    isFromPhone: seen.fromMe,
    // What was sent from the phone reached us through WhatsApp's servers, whatever its ack says yet.
    status: seen.fromMe ? 'SENT' : 'RECEIVED',
    sentAt: seen.fromMe ? seen.timestamp : null,
    deliveredAt: null,
    readAt: null,
    errorCode: null,
    errorMessage: null,
  };
  if (seen.fromMe) applyAck(message, seen.ack, now);
  return message;
}

/** Raises ack, status and times together; false where the ack tells nothing new. */
function applyAck(message: KnownMessage, ack: number, now: Date): boolean {
  const status = statusAfterAck(message.status, ack);
  if (status === null && ack <= message.ack) return false;
  message.ack = Math.max(message.ack, ack);
  if (status === null) return true;
  message.status = status;
  if (status === 'FAILED') {
    Object.assign(message, failureColumns('whatsapp_error'));
    return true;
  }
  message.errorCode = null;
  message.errorMessage = null;
  message.sentAt ??= now;
  if (status !== 'SENT') message.deliveredAt ??= now;
  if (status === 'READ') message.readAt ??= now;
  return true;
}
