import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageUpdate, NormalisedMessage } from '@wafleet/contracts';
import fc from 'fast-check';
import type { MessageEvent } from '../../src/messages/inbox/apply-message-events';
import { earlyUpdateRetention } from '../../src/messages/inbox/early-updates';
import { learnPrivacyId } from '../../src/messages/inbox/privacy-ids';
import { chat, type Messaging, startMessaging } from './messages-harness';

type Event = Pick<MessageEvent, 'event'>;

const ann = '15550100201@c.us';
const start = 1_760_000_000_000;

describe('what becomes of a message', () => {
  let messaging: Messaging;
  let count = 0;
  let id: string;

  beforeAll(async () => {
    messaging = await startMessaging();
  });
  afterAll(() => messaging?.stop());

  const newMessage = () => {
    count += 1;
    id = `3EB0${count}`;
  };
  const keyOf = (waMessageId: string) => ({ id: waMessageId, fromMe: false, chatId: chat, sender: chat });
  const created = (changes: Partial<NormalisedMessage> = {}): Event => {
    const text = { type: 'text', body: 'first', timestamp: start, senderName: null, ack: 1 };
    const flags = { isForwarded: false, hasMedia: false, quotedId: null, mentions: [], content: null };
    const message = { key: keyOf(id), ...text, ...flags, ...changes };
    return { event: { kind: 'message.created', message } };
  };
  const updated = (update: MessageUpdate, waMessageId = id): Event => ({
    event: { kind: 'message.updated', key: keyOf(waMessageId), update },
  });
  const edited = (ms: number, body: string): MessageUpdate => ({ kind: 'edited', at: start + ms, body });
  const reacted = (ms: number, emoji: string, sender = ann): MessageUpdate => ({
    kind: 'reacted',
    at: start + ms,
    sender,
    emoji,
  });
  const row = async () => messaging.db.message.findFirstOrThrow({ where: { waMessageId: id } });
  const shown = async () => messaging.service.get(messaging.tenantId, (await row()).id);
  /** Of this message, since the last call of newMessage(). */
  const told = async () => {
    const { id: messageId } = await row();
    return messaging.told.filter(({ data }) => data['messageId'] === messageId).map(({ type }) => type);
  };

  it('is shown with it, and told once however often it comes', async () => {
    newMessage();
    const vote: MessageUpdate = { kind: 'voted', at: start + 3, sender: ann, options: [1] };
    const all = [edited(1, 'second'), reacted(2, '👍'), vote].map((update) => updated(update));
    await messaging.apply([created(), ...all]);
    await messaging.apply(all);
    expect(await shown()).toMatchObject({
      body: 'second',
      editedAt: new Date(start + 1).toISOString(),
      revokedAt: null,
      reactions: [{ sender: ann, emoji: '👍', at: new Date(start + 2).toISOString() }],
      votes: [{ sender: ann, options: [1], at: new Date(start + 3).toISOString() }],
    });
    expect(await told()).toEqual(['message.received', 'message.edited', 'message.reaction', 'message.vote']);
  });

  it('waits for its message, and is told after it, once', async () => {
    newMessage();
    await messaging.apply([updated(edited(1, 'second'))]);
    await messaging.apply([updated(edited(1, 'second')), updated(reacted(2, '👍'))]);
    expect(await messaging.db.earlyUpdate.count()).toBe(2);
    await messaging.apply([created()]);
    await messaging.apply([updated(edited(1, 'second')), created()]);
    expect(await shown()).toMatchObject({ body: 'second', reactions: [{ emoji: '👍' }] });
    expect(await told()).toEqual(['message.received', 'message.edited', 'message.reaction']);
    expect(await messaging.db.earlyUpdate.count()).toBe(0);
  });

  it('a deleted message keeps its place and its kind, and nothing of what it held', async () => {
    newMessage();
    await messaging.apply([created({ type: 'poll', mentions: [ann], isForwarded: true })]);
    await messaging.apply([updated({ kind: 'revoked', at: null })]);
    await messaging.apply([updated(edited(9, 'too late')), created({ type: 'poll' })]);
    const nothing = { body: '', content: null, mentions: [], isForwarded: false, reactions: [] };
    expect(await shown()).toMatchObject({ type: 'poll', ...nothing, revokedAt: expect.any(String) });
    expect(await told()).toEqual(['message.received', 'message.revoked']);
  });

  it('what a backfill finds of a known message is news, and says that it is late', async () => {
    newMessage();
    await messaging.apply([created(), updated(reacted(1, '👍')), updated(reacted(1, '❤', chat))]);
    const updates = [edited(5, 'meanwhile'), reacted(1, '👍')];
    await messaging.apply([created({ body: 'meanwhile', updates, hasAllReactions: true })]);
    await messaging.apply([created({ body: 'meanwhile', updates, hasAllReactions: true })]);
    expect(await shown()).toMatchObject({ body: 'meanwhile', reactions: [{ sender: ann, emoji: '👍' }] });
    expect((await told()).slice(3)).toEqual(['message.edited', 'message.reaction']);
  });

  it('of one account says nothing of the same id of another', async () => {
    newMessage();
    await messaging.apply([created()]);
    const other = { id: messaging.newId('acc'), tenantId: messaging.tenantId, phoneNumber: '15550100088' };
    await messaging.db.account.create({ data: { ...other, linkedAt: new Date(), unlinkedAt: new Date() } });
    await messaging.apply([updated(edited(1, 'of another'))], other.id);
    expect((await row()).body).toBe('first');
  });

  it('a voice that was known by a privacy id gets its number', async () => {
    newMessage();
    const hidden = '990077@lid';
    await messaging.apply([created(), updated(reacted(1, '👍', hidden)), updated(reacted(2, '❤', hidden))]);
    await messaging.db.$transaction((tx) =>
      learnPrivacyId(tx, messaging.tenantId, { lid: hidden, chatId: ann }),
    );
    expect((await shown()).reactions).toMatchObject([{ sender: ann, emoji: '❤' }]);
    await messaging.apply([updated(reacted(3, '', hidden))]);
    expect((await shown()).reactions).toEqual([]);
  });

  it('what waits in vain is forgotten after a month', async () => {
    newMessage();
    await messaging.apply([updated(edited(1, 'of nothing'))]);
    const { db } = messaging;
    await earlyUpdateRetention({ db, now: () => new Date() }).run();
    expect(await db.earlyUpdate.count({ where: { waMessageId: id } })).toBe(1);
    await earlyUpdateRetention({ db, now: () => new Date(Date.now() + 31 * 86_400_000) }).run();
    expect(await db.earlyUpdate.count()).toBe(0);
  });

  it('is the same whatever order its facts come in, however they are grouped, also twice', async () => {
    const facts = (): Event[] => [
      created(),
      created({ body: 'third', updates: [edited(3, 'third'), reacted(1, '👍')] }),
      updated(edited(2, 'second')),
      updated(edited(3, 'third')),
      updated(reacted(1, '👍')),
      updated(reacted(4, '')),
      updated(reacted(2, '❤', chat)),
    ];
    const deletions = (): Event[] => [
      created({ type: 'revoked', body: '', updates: [{ kind: 'revoked', at: start + 9 }] }),
      updated({ kind: 'revoked', at: start + 8 }),
    ];
    const orders = fc.sample(
      fc.tuple(
        fc.boolean(),
        fc.shuffledSubarray([...Array(18).keys()], { minLength: 18 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 18, maxLength: 18 }),
      ),
      { numRuns: 12, seed: 20_261_125 },
    );
    const ends = new Map<boolean, string>();
    for (const [isDeleted, order, sizes] of orders) {
      newMessage();
      const all = isDeleted ? [...facts(), ...deletions()] : facts();
      const given = order.map((place) => all[place % all.length]!);
      for (const size of sizes) await messaging.apply(given.splice(0, size));
      const { id: _id, waMessageId: _waMessageId, createdAt: _createdAt, ...end } = await row();
      const before = ends.get(isDeleted) ?? JSON.stringify(end);
      ends.set(isDeleted, before);
      expect(JSON.parse(JSON.stringify(end))).toEqual(JSON.parse(before));
      const seen = await told();
      expect(seen.filter((type) => type === 'message.received')).toHaveLength(1);
      // None where it was deleted already when it was told first.
      const deletionsTold = seen.filter((type) => type === 'message.revoked').length;
      expect(deletionsTold).toBeLessThanOrEqual(isDeleted ? 1 : 0);
    }
    expect(ends.size).toBe(2);
    expect(await messaging.db.earlyUpdate.count()).toBe(0);
  });
});
