import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SendMessage } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { createScheduledMessages } from '../../src/messages/scheduled-messages';
import { chat, startMessaging, type Messaging } from './messages-harness';

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const tomorrow = () => inMs(24 * 60 * 60_000);

describe('messages with a time of their own', () => {
  let messaging: Messaging;
  beforeEach(async () => {
    messaging = await startMessaging();
  });
  afterEach(() => messaging.stop());

  const text = (body: string, more: object = {}): SendMessage => ({
    type: 'text',
    chatId: chat,
    body,
    ...more,
  });
  const send = (body: string, more: object, key?: string) =>
    messaging.service.send(messaging.tenantId, text(body, more), key);
  /** As if their time had come; told to nobody. */
  const letItCome = (id: string) =>
    messaging.db.message.update({ where: { id }, data: { sendAt: new Date(Date.now() - 1) } });
  const statusOf = async (id: string) => (await messaging.service.get(messaging.tenantId, id)).status;
  const until = (id: string, status: string) =>
    eventually(async () => (await statusOf(id)) === status, { timeoutMs: 60_000, what: `${id} ${status}` });

  it('one is sent when its time has come, and not before', async () => {
    const later = await send('later', { sendAt: inMs(5_000) });
    expect(later).toMatchObject({ status: 'SCHEDULED' });
    await until(later.id, 'SENT');
    const { sentAt, sendAt } = await messaging.service.get(messaging.tenantId, later.id);
    expect(Date.parse(String(sentAt))).toBeGreaterThanOrEqual(Date.parse(String(sendAt)));
  });

  it('others of its chat do not wait for it', async () => {
    const later = await send('later', { sendAt: tomorrow() });
    const { id } = await messaging.send('now');
    await until(id, 'SENT');
    expect(await statusOf(later.id)).toBe('SCHEDULED');
  });

  it('what became due while no control plane ran is sent by the next one', async () => {
    const { id } = await send('kept', { sendAt: tomorrow() });
    await letItCome(id);
    await messaging.restartControlPlane();
    await until(id, 'SENT');
  });

  it('those that are due become queued in the order of their times', async () => {
    await messaging.db.whatsappSession.updateMany({ data: { state: 'RECONNECTING' } });
    const second = await send('second', { sendAt: tomorrow() });
    const first = await send('first', { sendAt: tomorrow() });
    await messaging.db.message.update({
      where: { id: second.id },
      data: { sendAt: new Date(Date.now() - 1) },
    });
    await messaging.db.message.update({
      where: { id: first.id },
      data: { sendAt: new Date(Date.now() - 9) },
    });
    const scheduled = createScheduledMessages({
      db: messaging.db,
      commit: messaging.commit,
      now: () => new Date(),
    });
    expect(await scheduled.releaseDue()).toEqual([messaging.tenantId]);
    expect(await scheduled.releaseDue()).toEqual([]);
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['QUEUED', 'QUEUED']);
  });

  it('one can be taken back, and is never sent then', async () => {
    const { id } = await send('not this', { sendAt: tomorrow() });
    expect(await messaging.service.cancel(messaging.tenantId, id)).toMatchObject({ status: 'CANCELLED' });
    await letItCome(id);
    await messaging.restartControlPlane();
    const { id: other } = await messaging.send('this');
    await until(other, 'SENT');
    expect(messaging.worker.reached.map(({ body }) => body)).toEqual(['this']);
  });

  it.each([
    ['sendAt in the past', { sendAt: '2026-01-01T00:00:00Z' }, 'sendAt'],
    ['sendAt in two years', { sendAt: inMs(2 * 366 * 24 * 60 * 60_000) }, 'sendAt'],
    ['an end before the time', { sendAt: tomorrow(), expiresAt: inMs(60_000) }, 'expiresAt'],
  ])('%s is refused by name', async (_title, more, field) => {
    await expect(send('never', more)).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ field }] });
  });

  it('media that one of them needs can not be deleted', async () => {
    const bytes = (async function* () {
      yield Buffer.from('bytes');
    })();
    const kept = { mimeType: 'image/png', filename: null, declaredBytes: null };
    const media = await messaging.media.store(messaging.tenantId, bytes, kept);
    const message = { type: 'media' as const, chatId: chat, mediaId: media.id, sendAt: tomorrow() };
    await messaging.service.send(messaging.tenantId, message);
    await expect(messaging.media.remove(messaging.tenantId, media.id)).rejects.toMatchObject({
      code: 'MEDIA_IN_USE',
    });
  });
});

describe('many messages in one request', () => {
  let messaging: Messaging;
  beforeEach(async () => {
    messaging = await startMessaging();
  });
  afterEach(() => messaging.stop());

  const text = (body: string): SendMessage => ({ type: 'text', chatId: chat, body });
  const missing: SendMessage = { type: 'reaction', messageId: 'msg_missing', emoji: '🥖' };

  it('each has its result, and those that are taken are sent in their order', async () => {
    const messages = [text('one'), missing, text('two'), text('three')];
    const { accepted, items } = await messaging.service.sendBulk(messaging.tenantId, { messages });
    expect(accepted).toBe(3);
    expect(items.map(({ message }) => message?.body)).toEqual(['one', undefined, 'two', 'three']);
    expect(items[1]).toMatchObject({
      message: null,
      problem: { code: 'INVALID_INPUT', errors: [{ field: 'messageId' }] },
    });
    await eventually(() => messaging.worker.reached.length === 3, { timeoutMs: 60_000, what: 'all of them' });
    expect(messaging.worker.reached.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
  });

  it('repeated under its key it makes no message twice, also while the first is under way', async () => {
    const messages = [text('one'), text('two')];
    const repeats = Array.from({ length: 5 }, () =>
      messaging.service.sendBulk(messaging.tenantId, { messages, perMinute: 60 }, 'bulk-1'),
    );
    const answers = (await Promise.all(repeats)).map(({ items }) => items.map(({ message }) => message?.id));
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(await messaging.rows()).toHaveLength(2);
  });

  it('with a pace they become due one after the other', async () => {
    const messages = [text('one'), text('two'), text('three')];
    const { items } = await messaging.service.sendBulk(messaging.tenantId, { messages, perMinute: 2 });
    expect(items.map(({ message }) => message?.sendAt === null)).toEqual([true, false, false]);
    const [, second, third] = items.map(({ message }) => Date.parse(message?.sendAt ?? ''));
    expect(Number(third) - Number(second)).toBe(30_000);
  });
});

describe('a search in messages', () => {
  let messaging: Messaging;
  beforeEach(async () => {
    messaging = await startMessaging();
    await messaging.db.whatsappSession.updateMany({ data: { state: 'RECONNECTING' } });
  });
  afterEach(() => messaging.stop());

  it('finds what is written, signs of patterns too, newest first and page by page', async () => {
    for (const body of ['100% Rye', 'rye bread', '100 rolls', 'RYE_again']) await messaging.send(body);
    const find = async (q: string, more: object = {}) =>
      (await messaging.service.list(messaging.tenantId, { q, limit: 50, ...more })).items.map(
        ({ body }) => body,
      );
    expect(await find('rye')).toEqual(['RYE_again', 'rye bread', '100% Rye']);
    expect(await find('100%')).toEqual(['100% Rye']);
    expect(await find('rye_')).toEqual(['RYE_again']);
    expect(await find('rye', { chatId: '15550100777@c.us' })).toEqual([]);
    const page = await messaging.service.list(messaging.tenantId, { q: 'rye', limit: 2 });
    expect(page.items.map(({ body }) => body)).toEqual(['RYE_again', 'rye bread']);
    expect(await find('rye', { limit: 2, cursor: page.nextCursor })).toEqual(['100% Rye']);
  });
});
