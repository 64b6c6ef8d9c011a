import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageEvent } from '../../src/messages/inbox/apply-message-events';
import { learnPrivacyId } from '../../src/messages/inbox/privacy-ids';
import { startMessaging, type Messaging } from './messages-harness';

const group = '120363000000000001@g.us';

describe('a privacy id', () => {
  let messaging: Messaging;
  let lid: string;
  let chatId: string;
  let count = 0;

  beforeAll(async () => {
    messaging = await startMessaging();
  });
  afterAll(() => messaging.stop());

  /** Another person for each test. */
  const somebody = () => {
    count += 1;
    lid = `9900${count}@lid`;
    chatId = `1555010020${count}@c.us`;
  };
  const seen = (id: string, chat: string, sender: string, mentions: string[] = []) => {
    const key = { id, fromMe: false, chatId: chat, sender };
    const text = { type: 'text', body: id, timestamp: 1_760_000_000_000, senderName: null, ack: 1 };
    const flags = { isForwarded: false, hasMedia: false, quotedId: null, mentions, content: null };
    const event: MessageEvent['event'] = { kind: 'message.created', message: { key, ...text, ...flags } };
    return { event };
  };
  const learn = () =>
    messaging.db.$transaction((tx) => learnPrivacyId(tx, messaging.tenantId, { lid, chatId }));
  const placesOf = async (waMessageId: string) =>
    (await messaging.db.message.findMany({ where: { waMessageId } })).map(({ chatId: chat, sender }) => [
      chat,
      sender,
    ]);

  it('and the number behind it are one chat and one sender as soon as that is known', async () => {
    somebody();
    await messaging.apply([seen('A1', lid, lid), seen('A2', group, lid)]);
    await learn();
    await learn();
    expect(await placesOf('A1')).toEqual([[chatId, chatId]]);
    expect(await placesOf('A2')).toEqual([[group, chatId]]);
  });

  it('that a later worker has not learned yet is still recognised, and makes no second row', async () => {
    somebody();
    await learn();
    await messaging.apply([seen('B1', lid, lid), seen('B2', group, '15550100300@c.us', [lid])]);
    await messaging.apply([seen('B1', chatId, chatId), seen('B1', lid, lid)]);
    expect(await placesOf('B1')).toEqual([[chatId, chatId]]);
    const mentioning = await messaging.db.message.findFirst({ where: { waMessageId: 'B2' } });
    expect(mentioning?.mentions).toEqual([chatId]);
  });

  it('of one tenant says nothing to another, and what is none is not learned', async () => {
    somebody();
    await messaging.apply([seen('C1', lid, lid)]);
    const other = messaging.newId('ten') as Messaging['tenantId'];
    await messaging.db.tenant.create({ data: { id: other, name: 'Other' } });
    await messaging.db.$transaction(async (tx) => {
      await learnPrivacyId(tx, other, { lid, chatId });
      await learnPrivacyId(tx, messaging.tenantId, { lid: chatId, chatId: lid });
    });
    expect(await placesOf('C1')).toEqual([[lid, lid]]);
  });

  it('keeps what is known of outages, and the less of both', async () => {
    somebody();
    const { db, accountId, tenantId } = messaging;
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    const outage = { id: `out_${count}`, tenantId, accountId, cause: 'disconnected', generation: 1 };
    await db.outage.create({
      data: {
        ...outage,
        fromAt: at(1),
        toAt: at(2),
        chats: {
          create: [
            { chatId: lid, recovered: 2, isComplete: false },
            { chatId, recovered: 3, isComplete: true },
          ],
        },
      },
    });
    await db.chatBackfill.createMany({
      data: [
        { accountId, chatId: lid, completeUntil: at(1) },
        { accountId, chatId, completeUntil: at(2) },
      ],
    });
    await learn();
    expect(await db.outageChat.findMany({ where: { outageId: outage.id } })).toEqual([
      { outageId: outage.id, chatId, recovered: 5, isComplete: false },
    ]);
    expect(await db.chatBackfill.findMany({ where: { accountId } })).toEqual([
      { accountId, chatId, completeUntil: at(1) },
    ]);
  });
});
