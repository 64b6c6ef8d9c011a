import { idPrefixes, type MessageDirection, type MessageStatus, type TenantId } from '@wafleet/contracts';
import type { NewId } from '../new-id';
import type { NewTenantEvent } from '../tenants/tenant-events';
import type { MessageFact, SeenMessage } from './message-facts';
import { failureColumns } from './message-failures';
import { statusAfterAck } from './message-status';

/** What a stored message is recognised by, and what later facts can change of it. */
export interface KnownMessage {
  id: string;
  tenantId: string;
  accountId: string | null;
  waMessageId: string | null;
  fromMe: boolean;
  sender: string | null;
  timestamp: Date;
  status: MessageStatus;
  ack: number;
  errorCode: string | null;
  errorMessage: string | null;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
}

export type NewMessage = KnownMessage & SeenMessage & { direction: MessageDirection; isFromPhone: boolean };

export interface FoldedFacts {
  created: NewMessage[];
  changed: KnownMessage[];
  /** In the order of what happened, each with the message it tells about. */
  told: { messageId: string; event: NewTenantEvent }[];
}

interface FoldOptions {
  newId: NewId;
  now: Date;
}

/**
 * What a batch of facts makes of the messages known before it, in the order of the batch. The same fact twice changes
 * nothing; an ack only raises; an ack of an unknown message is dropped, because it comes again with the message.
 * @param known every stored message that has a WhatsApp id of the batch; not changed
 */
export function foldMessageFacts(
  facts: readonly MessageFact[],
  known: readonly KnownMessage[],
  options: FoldOptions,
): FoldedFacts {
  const fold = new Fold(known, options);
  for (const fact of facts) {
    if (fact.kind === 'seen') fold.see(fact, fact.message);
    else fold.acknowledge(fact, fact.ack);
  }
  return fold.result();
}

class Fold {
  private readonly byWaMessageId = new Map<string, KnownMessage[]>();
  private readonly created = new Map<string, NewMessage>();
  private readonly changed = new Map<string, KnownMessage>();
  private readonly told: FoldedFacts['told'] = [];

  constructor(
    known: readonly KnownMessage[],
    private readonly options: FoldOptions,
  ) {
    for (const message of known) this.remember({ ...message });
  }

  acknowledge(fact: MessageFact, ack: number): void {
    const known = this.candidates(fact).find((message) => message.fromMe);
    if (known) this.raise(known, ack);
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
  }

  result(): FoldedFacts {
    return {
      created: [...this.created.values()],
      changed: [...this.changed.values()].filter(({ id }) => !this.created.has(id)),
      told: this.told,
    };
  }

  private create(fact: MessageFact, seen: SeenMessage): void {
    const fresh = newMessage(fact, seen, this.options);
    this.remember(fresh);
    this.created.set(fresh.id, fresh);
    if (seen.isHistory) return;
    const { content, type, isBackfilled } = seen;
    if (content?.kind === 'group') this.tell(fresh, 'group.changed', { event: content.event, isBackfilled });
    else
      this.tell(fresh, seen.fromMe ? 'message.sent_from_phone' : 'message.received', { type, isBackfilled });
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

/** The page may learn only later which number is behind a privacy id; then the time tells it is the same message. */
function isSameSender(known: KnownMessage, seen: SeenMessage): boolean {
  if (known.sender === seen.sender) return true;
  const isOneHidden = known.sender?.endsWith('@lid') !== seen.sender.endsWith('@lid');
  return isOneHidden && known.timestamp.getTime() === seen.timestamp.getTime();
}

function newMessage(fact: MessageFact, seen: SeenMessage, { newId, now }: FoldOptions): NewMessage {
  const message: NewMessage = {
    ...seen,
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
