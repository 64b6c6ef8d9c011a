import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { idempotencyKeyCleanup } from '../../src/messages/idempotency-keys';
import { startMessaging, type Messaging } from './messages-harness';

describe('the message service', () => {
  let messaging: Messaging;
  let chats = 0;
  /** Of its own for each test. */
  let chatId: string;

  beforeAll(async () => {
    messaging = await startMessaging();
    await messaging.db.whatsappSession.updateMany({ data: { state: 'RECONNECTING' } });
  });
  afterAll(() => messaging.stop());
  beforeEach(() => {
    chatId = `1555010${String(++chats).padStart(4, '0')}@c.us`;
  });

  const send = (body: string, key?: string, chat = chatId) =>
    messaging.service.send(messaging.tenantId, { type: 'text', chatId: chat, body }, key);
  const refusal = async (attempt: Promise<unknown>): Promise<AppError> => {
    const error = await attempt.catch((thrown: unknown) => thrown);
    if (error instanceof AppError) return error;
    throw new Error('expected a refusal', { cause: error });
  };
  const inChat = () => messaging.db.message.count({ where: { chatId } });

  it('a message is accepted while the session is being repaired', async () => {
    await expect(send('hello')).resolves.toMatchObject({
      status: 'QUEUED',
      direction: 'OUTBOUND',
      body: 'hello',
    });
  });

  it('twenty requests with one key at once make one message and get one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('once', `key-${chatId}`)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await inChat()).toBe(1);
  });

  it('a used key with another text or another chat is refused', async () => {
    await send('first', `key-${chatId}`);
    expect((await refusal(send('second', `key-${chatId}`))).code).toBe('IDEMPOTENCY_MISMATCH');
    expect((await refusal(send('first', `key-${chatId}`, '15550109999@c.us'))).code).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
  });

  it('a key that two chats use at once is given to one of them', async () => {
    const chatIds = Array.from({ length: 8 }, (_, index) => `1555010${8000 + index}@c.us`);
    const outcomes = await Promise.allSettled(chatIds.map((chat) => send('same', 'contested', chat)));
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
    const codes = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as AppError).code] : [],
    );
    expect(accepted).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['IDEMPOTENCY_MISMATCH']));
  });

  it('a key is free again after a day, with and without the clean-up', async () => {
    const dayAgo = new Date(Date.now() - 24 * 60 * 60 * 1_000 - 1_000);
    const first = await send('first', `key-${chatId}`);
    await messaging.db.message.update({ where: { id: first.id }, data: { createdAt: dayAgo } });
    const second = await send('second', `key-${chatId}`);
    expect(second.id).not.toBe(first.id);
    const tomorrow = () => new Date(Date.now() + 25 * 60 * 60 * 1_000);
    await idempotencyKeyCleanup({ db: messaging.db, now: tomorrow }).run();
    expect(await messaging.db.message.count({ where: { chatId, idempotencyKey: { not: null } } })).toBe(0);
  });

  it('what is said of a message is accepted while its acks are stored', async () => {
    const { db, tenantId, accountId, apply, newId, service } = messaging;
    const target = { id: newId('msg'), tenantId, accountId, chatId, waMessageId: '3EB0ACED', fromMe: true };
    await db.message.create({
      data: { ...target, direction: 'OUTBOUND', status: 'SENT', body: 'said', timestamp: new Date() },
    });
    const key = { id: '3EB0ACED', fromMe: true, chatId, sender: '15550100099@c.us' };
    const acknowledged = [2, 3, 3, 3].map(
      (ack) => () => apply([{ event: { kind: 'message.ack', key, ack } }]),
    );
    const said = ['👍', '🎉', '👋', '🙂'].map(
      (emoji) => () => service.send(tenantId, { type: 'reaction', messageId: target.id, emoji }),
    );
    // Each holds what the other one refers to, and both want the order of events.
    for (let round = 0; round < 10; round += 1)
      await Promise.all([...acknowledged, ...said].map((begin) => begin()));
    expect(await inChat()).toBe(41);
  });

  it('a chat with 50 waiting takes no more, however many ask at once; other chats do', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => send(`${index}`)));
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as AppError] : [],
    );
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ code: 'QUEUE_FULL', retryAfterSeconds: expect.any(Number) });
    expect(await inChat()).toBe(50);
    await expect(send('elsewhere', undefined, '15550107777@c.us')).resolves.toMatchObject({
      status: 'QUEUED',
    });
  });

  it('an expiry in the past is refused, naming the field', async () => {
    const input = {
      type: 'text' as const,
      chatId,
      body: 'late',
      expiresAt: new Date(Date.now() - 1).toISOString(),
    };
    const error = await refusal(messaging.service.send(messaging.tenantId, input));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ field: 'expiresAt' }] });
  });

  it('a tenant that waits for a person takes no message and says why', async () => {
    const { db, tenantId } = messaging;
    await db.tenant.update({ where: { id: tenantId }, data: { parkedReason: 'phone_logged_out' } });
    const error = await refusal(send('hello'));
    await db.tenant.update({ where: { id: tenantId }, data: { parkedReason: null } });
    expect(error).toMatchObject({ code: 'NEEDS_PERSON', extra: { reason: 'phone_logged_out' } });
    expect(await inChat()).toBe(0);
  });

  it('an unknown tenant is not found', async () => {
    const error = await refusal(
      messaging.service.send('ten_unknown' as never, { type: 'text', chatId, body: 'hello' }),
    );
    expect(error.code).toBe('NOT_FOUND');
  });

  it('lists newest first, page by page, each message once', async () => {
    const sent: string[] = [];
    for (let index = 0; index < 5; index += 1) sent.push((await send(`${index}`)).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await messaging.service.list(messaging.tenantId, { chatId, limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(sent.reverse());
    const none = await messaging.service.list(messaging.tenantId, { chatId, status: 'READ', limit: 2 });
    expect(none).toEqual({ items: [], nextCursor: null });
    const error = await refusal(messaging.service.list(messaging.tenantId, { limit: 2, cursor: 'x' }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ field: 'cursor' }] });
  });

  it('lists and counts those of a time, by the times that they carry', async () => {
    const at = (hours: number) => new Date(Date.UTC(2020, 0, 1, hours)).toISOString();
    const written = async (hours: number, isHistory = false) => {
      const { id } = await send(`at ${hours}`);
      await messaging.db.message.update({
        where: { id },
        data: { timestamp: at(hours), isHistory, direction: hours % 2 === 0 ? 'INBOUND' : 'OUTBOUND' },
      });
      return id;
    };
    const [, ten, eleven] = [await written(9), await written(10), await written(11), await written(12)];
    await written(10, true);
    const list = async (query: object) =>
      (await messaging.service.list(messaging.tenantId, { chatId, limit: 50, ...query })).items.map(
        ({ id }) => id,
      );
    expect((await list({ after: at(10), before: at(12) })).slice(-2)).toEqual([eleven, ten]);
    expect(await list({ after: at(13) })).toEqual([]);
    expect(await list({ before: at(9) })).toEqual([]);
    const count = (after: string, before?: string) =>
      messaging.service.count(messaging.tenantId, { after, before });
    expect(await count(at(10), at(12))).toEqual({ received: 1, sent: 1 });
    expect(await count(at(9), at(13))).toEqual({ received: 2, sent: 2 });
  });

  it("a message is not seen or cancelled through another tenant's id", async () => {
    const { id } = await send('mine');
    const stranger = messaging.newId('ten') as never;
    expect((await refusal(messaging.service.get(stranger, id))).code).toBe('NOT_FOUND');
    expect((await refusal(messaging.service.cancel(stranger, id))).code).toBe('NOT_FOUND');
  });

  it('a waiting message can be cancelled, also twice; one that was sent can not', async () => {
    const waiting = await send('waiting');
    const cancel = () => messaging.service.cancel(messaging.tenantId, waiting.id);
    expect((await cancel()).status).toBe('CANCELLED');
    expect((await cancel()).status).toBe('CANCELLED');
    const sent = await send('sent');
    await messaging.db.message.update({ where: { id: sent.id }, data: { status: 'SENT' } });
    expect((await refusal(messaging.service.cancel(messaging.tenantId, sent.id))).code).toBe(
      'NOT_CANCELLABLE',
    );
  });

  it('acceptance and cancelling are told, without number and text', async () => {
    const { id } = await send('a secret');
    await messaging.service.cancel(messaging.tenantId, id);
    const told = await eventually(
      () => {
        const mine = messaging.told.filter(({ data }) => data.messageId === id);
        return mine.length === 2 && mine;
      },
      { timeoutMs: 60_000, what: 'both events' },
    );
    expect(told.map(({ data }) => data.status)).toEqual(['QUEUED', 'CANCELLED']);
    expect(JSON.stringify(told)).not.toMatch(/secret|1555/);
  });
});
