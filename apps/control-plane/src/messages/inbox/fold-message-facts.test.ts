import { describe, expect, it } from '@jest/globals';
import type { MessageKey, NormalisedMessage, TenantId } from '@wafleet/contracts';
import fc from 'fast-check';
import { foldMessageFacts, type KnownMessage } from './fold-message-facts';
import { messageFact, type MessageEvent } from './message-facts';
import { noAftermath } from './message-updates';

const tenantId = 'ten_1' as TenantId;
const now = new Date('2026-11-20T12:00:00Z');
const person = '15550100001@c.us';
const me = '15550100099@c.us';

const inbound: NormalisedMessage = {
  key: { id: 'A1', fromMe: false, chatId: person, sender: person },
  type: 'text',
  body: 'hello',
  timestamp: now.getTime(),
  senderName: null,
  ack: 0,
  isForwarded: false,
  hasMedia: false,
  quotedId: null,
  mentions: [],
  content: null,
};
const created = (
  changes: Partial<NormalisedMessage> & { key?: MessageKey } = {},
  accountId: string | null = 'acc_1',
) =>
  ({
    tenantId,
    accountId,
    generation: 1,
    event: { kind: 'message.created', message: { ...inbound, ...changes } },
  }) satisfies MessageEvent;
const acked = (id: string | null, ack: number, fromMe = true): MessageEvent => ({
  tenantId,
  accountId: 'acc_1',
  generation: 1,
  event: { kind: 'message.ack', key: { id, fromMe, chatId: person, sender: me }, ack },
});
const fromPhone = { key: { id: 'P1', fromMe: true, chatId: person, sender: me } };
const ours: KnownMessage = {
  id: 'msg_ours',
  tenantId,
  accountId: 'acc_1',
  waMessageId: '3EB0F00D',
  fromMe: true,
  sender: null,
  timestamp: now,
  type: 'text',
  ...noAftermath,
  status: 'SENDING',
  ack: 0,
  errorCode: null,
  errorMessage: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
};

function fold(batch: MessageEvent[], known: KnownMessage[] = []) {
  let count = 0;
  const facts = batch.map((item) => messageFact(item, now)).filter((fact) => fact !== null);
  return foldMessageFacts(facts, known, [], { newId: (prefix) => `${prefix}_${++count}`, now });
}

describe('foldMessageFacts', () => {
  it('a message whose sender was told by a privacy id first, and later by number, is one', () => {
    const hidden = '99900000001@lid';
    const byLid = created({ key: { id: 'A1', fromMe: false, chatId: hidden, sender: hidden } });
    expect(fold([byLid, created()]).created).toHaveLength(1);
    expect(fold([created(), byLid]).created).toHaveLength(1);
  });

  it('the same id by a privacy id and by a number, of different times, are two', () => {
    const hidden = '99900000001@lid';
    const key = { id: 'A1', fromMe: false, chatId: hidden, sender: hidden };
    const byLid = created({ key, timestamp: now.getTime() - 1_000 });
    expect(fold([byLid, created()]).created).toHaveLength(2);
  });

  it('the same message twice is one', () => {
    const { created: rows, told } = fold([created(), created()]);
    expect(rows).toHaveLength(1);
    expect(told.map(({ event }) => event.type)).toEqual(['message.received']);
  });

  it('the same id of two senders is two messages', () => {
    const other = { key: { ...inbound.key, sender: '15550100002@c.us' } };
    expect(fold([created(), created(other)]).created).toHaveLength(2);
  });

  it('a message is the same before and after its account is known', () => {
    expect(fold([created({}, null), created({}, 'acc_1')]).created).toHaveLength(1);
  });

  it('messages of two accounts are two, also with one id', () => {
    expect(fold([created({}, 'acc_1'), created({}, 'acc_2')]).created).toHaveLength(2);
  });

  it('a message without an id is stored once, flagged', () => {
    const nameless = { key: { ...inbound.key, id: null } };
    const empty = { key: { ...inbound.key, id: '' } };
    const { created: rows } = fold([
      created(nameless),
      created(empty),
      created({ ...nameless, body: 'other' }),
    ]);
    expect(rows.map(({ idIsDerived }) => idIsDerived)).toEqual([true, true]);
  });

  it('what was sent from the phone has passed WhatsApp', () => {
    const { created: rows, told } = fold([created({ ...fromPhone, ack: 0 })]);
    expect(rows[0]).toMatchObject({ direction: 'OUTBOUND', status: 'SENT', isFromPhone: true });
    expect(told.map(({ event }) => event.type)).toEqual(['message.sent_from_phone']);
  });

  it('the echo of our own send is not a new message, and is no proof of sending', () => {
    const echo = { key: { id: '3EB0F00D', fromMe: true, chatId: person, sender: me } };
    const { created: rows, changed, told } = fold([created(echo)], [ours]);
    expect(rows).toEqual([]);
    expect(changed).toMatchObject([{ id: 'msg_ours', status: 'SENDING', sender: me }]);
    expect(told).toEqual([]);
  });

  it('acks of our own send raise it, each told once', () => {
    const { changed, told } = fold(
      [acked('3EB0F00D', 1), acked('3EB0F00D', 1), acked('3EB0F00D', 3)],
      [ours],
    );
    expect(changed).toMatchObject([
      { status: 'READ', ack: 3, sender: me, sentAt: now, deliveredAt: now, readAt: now },
    ]);
    expect(told.map(({ event }) => event.data.status)).toEqual(['SENT', 'READ']);
  });

  it('an ack that comes late changes nothing', () => {
    const read = { ...ours, sender: me, status: 'READ' as const, ack: 3 };
    const nothing = { created: [], changed: [], updated: [], early: [], joined: [], told: [] };
    expect(fold([acked('3EB0F00D', 1), acked('3EB0F00D', -1)], [read])).toEqual(nothing);
  });

  it('a failing ack says so, and a later good one corrects it', () => {
    const failed = fold([acked('3EB0F00D', -1)], [ours]).changed[0];
    expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'whatsapp_error' });
    expect(fold([acked('3EB0F00D', 1)], [failed as KnownMessage]).changed).toMatchObject([
      { status: 'SENT', errorCode: null, errorMessage: null },
    ]);
  });

  it('acks of unknown messages, without id, and of what came in are dropped', () => {
    expect(fold([acked('unknown', 2), acked(null, 2), created(), acked('A1', 3, false)])).toMatchObject({
      created: [{ status: 'RECEIVED' }],
      changed: [],
    });
  });

  it('what Postgres can not hold is taken out of a text, and nothing else', () => {
    const { created: rows } = fold([created({ body: 'a\0b\uD83D end 😀', senderName: '\0' })]);
    expect(rows[0]).toMatchObject({ body: 'ab\uFFFD end 😀', senderName: '' });
  });

  it.each([0, 8.64e15, Number.MAX_SAFE_INTEGER, now.getTime() + 2 * 86_400_000])(
    'the absurd time %d becomes the time of arrival',
    (timestamp) => {
      expect(fold([created({ timestamp })]).created[0]?.timestamp).toEqual(now);
    },
  );

  it('events tell no number and no text', () => {
    const { told } = fold([created(), created(fromPhone), acked('P1', 2)]);
    expect(told).toHaveLength(3);
    expect(JSON.stringify(told)).not.toMatch(/1555|hello/);
  });

  it('splitting a batch anywhere gives the same messages', () => {
    const event = fc.oneof(
      fc.constantFrom('A1', 'A2', null).map((id) => created({ key: { ...inbound.key, id } })),
      fc.integer({ min: 0, max: 4 }).map((ack) => created({ ...fromPhone, ack })),
      fc
        .tuple(fc.constantFrom('P1', '3EB0F00D'), fc.integer({ min: -1, max: 4 }))
        .map(([id, ack]) => acked(id, ack)),
    );
    fc.assert(
      fc.property(fc.array(event), fc.nat(), (batch, at) => {
        const whole = store([ours], fold(batch, [ours]));
        const cut = at % (batch.length + 1);
        const first = store([ours], fold(batch.slice(0, cut), [ours]));
        expect(store(first, fold(batch.slice(cut), first))).toEqual(whole);
      }),
    );
  });
});

/** What later events see of the messages, whatever ids they were given. */
function store(before: KnownMessage[], folded: ReturnType<typeof fold>): KnownMessage[] {
  const changed = new Map(folded.changed.map((message) => [message.id, message]));
  const all = [...before.map((message) => changed.get(message.id) ?? message), ...folded.created];
  return all.map(({ waMessageId, fromMe, sender, status, ack, errorCode, errorMessage, ...rest }) => ({
    id: `${waMessageId}`,
    tenantId: rest.tenantId,
    accountId: rest.accountId,
    waMessageId,
    fromMe,
    sender,
    status,
    ack,
    errorCode,
    errorMessage,
    timestamp: rest.timestamp,
    type: rest.type,
    editedAt: rest.editedAt,
    editedBody: rest.editedBody,
    revokedAt: rest.revokedAt,
    reactions: rest.reactions,
    votes: rest.votes,
    sentAt: rest.sentAt,
    deliveredAt: rest.deliveredAt,
    readAt: rest.readAt,
  }));
}
