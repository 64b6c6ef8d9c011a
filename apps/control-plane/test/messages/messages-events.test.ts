import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageEvent } from '../../src/messages/inbox/apply-message-events';
import { startMessaging, type Messaging } from './messages-harness';

type Created = Extract<MessageEvent['event'], { kind: 'message.created' }>;
const person = '15550100001@c.us';
const me = '15550100099@c.us';

describe('events of messages', () => {
  let messaging: Messaging;
  beforeAll(async () => {
    messaging = await startMessaging();
  });
  afterAll(() => messaging.stop());

  const created = (id: string | null, changes: Partial<Created['message']> = {}): { event: Created } => ({
    event: {
      kind: 'message.created',
      message: {
        key: { id, fromMe: false, chatId: person, sender: person },
        type: 'text',
        body: `text of ${id}`,
        timestamp: Date.now(),
        senderName: 'Ana',
        ack: 0,
        isForwarded: false,
        hasMedia: false,
        quotedId: null,
        mentions: [],
        content: null,
        ...changes,
      },
    },
  });
  const fromPhone = (id: string, ack = 1) =>
    created(id, { key: { id, fromMe: true, chatId: person, sender: me }, ack });
  const acked = (id: string, ack: number): { event: MessageEvent['event'] } => ({
    event: { kind: 'message.ack', key: { id, fromMe: true, chatId: person, sender: me }, ack },
  });
  const row = async (waMessageId: string) => {
    const rows = await messaging.db.message.findMany({ where: { waMessageId } });
    expect(rows).toHaveLength(1);
    return rows[0];
  };

  it('the same event twice makes one row and is told once', async () => {
    const event = created('IN1');
    await messaging.apply([event]);
    await messaging.apply([event, event]);
    const { id } = (await row('IN1')) ?? {};
    expect(messaging.told.filter(({ data }) => data.messageId === id)).toMatchObject([
      { type: 'message.received', data: { type: 'text' } },
    ]);
  });

  it('the same event before and after the account is known makes one row', async () => {
    await messaging.apply([created('IN2')], null);
    await messaging.apply([created('IN2')], null);
    await messaging.apply([created('IN2')]);
    expect(await row('IN2')).toMatchObject({ accountId: messaging.accountId });
  });

  it('a poisoned message is stored among good ones', async () => {
    const poisoned = created('BAD\0', {
      body: `NUL \0 and half a character \uD83D ${'x'.repeat(60_000)}`,
      senderName: '\0\0',
      quotedId: '\uDC00',
      timestamp: Number.MAX_SAFE_INTEGER,
    });
    await messaging.apply([created('GOOD1'), poisoned, created('GOOD2')]);
    const stored = await row('BAD');
    expect(stored?.body).toMatch(/^NUL {2}and half a character \uFFFD x+$/);
    expect(stored?.timestamp.getTime()).toBeLessThanOrEqual(Date.now());
    await row('GOOD1');
    await row('GOOD2');
  });

  it('messages without an id are stored, flagged, and once each', async () => {
    const nameless = created(null, { body: 'nameless', timestamp: Date.now() });
    await messaging.apply([nameless]);
    await messaging.apply([nameless, created(null, { body: 'nameless too' })]);
    const rows = await messaging.db.message.findMany({ where: { idIsDerived: true } });
    expect(rows.map(({ body }) => body).sort()).toEqual(['nameless', 'nameless too']);
  });

  it('what was sent from the phone is an outbound message, and its acks only rise', async () => {
    await messaging.apply([fromPhone('PH1')]);
    await messaging.apply([acked('PH1', 3), acked('PH1', 2), acked('PH1', -1), fromPhone('PH1')]);
    expect(await row('PH1')).toMatchObject({
      direction: 'OUTBOUND',
      isFromPhone: true,
      status: 'READ',
      ack: 3,
      sentAt: expect.any(Date),
      deliveredAt: expect.any(Date),
      readAt: expect.any(Date),
    });
  });

  it('an ack of an unknown message changes nothing', async () => {
    const before = messaging.told.length;
    await messaging.apply([acked('NEVER SEEN', 2)]);
    expect(messaging.told).toHaveLength(before);
  });

  it('batches that know each other’s messages can be applied at once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `P${index}`);
    await messaging.apply(ids.map((id) => fromPhone(id)));
    const acks = ids.map((id) => acked(id, 2));
    await Promise.all([messaging.apply(acks), messaging.apply([...acks].reverse()), messaging.apply(acks)]);
    expect(
      await messaging.db.message.count({ where: { waMessageId: { in: ids }, status: 'DELIVERED' } }),
    ).toBe(40);
  });
});
