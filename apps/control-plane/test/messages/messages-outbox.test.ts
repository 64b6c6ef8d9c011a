import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageStatus } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { chat, startMessaging, type Messaging } from './messages-harness';

describe('the outbox', () => {
  let messaging: Messaging;
  beforeEach(async () => {
    messaging = await startMessaging();
  });
  afterEach(() => messaging.stop());

  const statusOf = async (id: string) => (await messaging.service.get(messaging.tenantId, id)).status;
  const becomes = (id: string, status: MessageStatus) =>
    eventually(async () => (await statusOf(id)) === status, {
      timeoutMs: 60_000,
      what: async () => `${status}, is ${await statusOf(id)}`,
    });
  const keyOf = (id: string | null) => ({ id, fromMe: true, chatId: chat, sender: '15550100099@c.us' });
  const reachedBodies = () => messaging.worker.reached.map(({ body }) => body);

  it('sends what is queued, and calls it SENT when WhatsApp acks it', async () => {
    const message = await messaging.send('one');
    expect(message.status).toBe('QUEUED');
    await becomes(message.id, 'SENT');
    expect(reachedBodies()).toEqual(['one']);
    const statuses = messaging.told.map(({ data }) => data.status);
    expect(statuses).toEqual(['QUEUED', 'SENT']);
  });

  it('a page that took the message is no proof: without an ack it stays SENDING', async () => {
    messaging.worker.behave('is_never_acked');
    const message = await messaging.send('one');
    await eventually(() => reachedBodies().length > 0, { timeoutMs: 60_000, what: 'the send' });
    await becomes(message.id, 'SENDING');
    await messaging.restartControlPlane();
    await eventually(() => messaging.worker.commandsGiven.length > 1, {
      timeoutMs: 60_000,
      what: 'a repeat',
    });
    expect(await statusOf(message.id)).toBe('SENDING');
    expect(reachedBodies()).toEqual(['one']);
  });

  it('an echo and an ack that come before the answer belong to the same message', async () => {
    messaging.worker.behave('acks_before_answering');
    const message = await messaging.send('one');
    await becomes(message.id, 'SENT');
    expect(await messaging.rows()).toHaveLength(1);
    expect((await messaging.rows())[0]).toMatchObject({ sender: '15550100099@c.us', isFromPhone: false });
  });

  it('keeps the order of a chat, one at a time, while other chats go on', async () => {
    const other = '15550100002@c.us';
    messaging.worker.behave((body) => (body === 'held' ? 'hangs' : 'answers'));
    const held = await messaging.send('held');
    const bodies = Array.from({ length: 20 }, (_, index) => `in order ${index}`);
    for (const body of bodies) await messaging.send(body);
    const elsewhere = await messaging.send('elsewhere', other);
    await becomes(elsewhere.id, 'SENT');
    expect(reachedBodies()).toEqual(['elsewhere']);
    messaging.worker.release();
    await becomes(held.id, 'SENT');
    await eventually(() => reachedBodies().length === 22, { timeoutMs: 60_000, what: 'all of the chat' });
    expect(reachedBodies().slice(1)).toEqual(['held', ...bodies]);
    expect(messaging.worker.maxParallelInChat).toBe(1);
  });

  it('a lost answer is asked for again, and the message is sent once', async () => {
    messaging.worker.behave('loses_the_answer');
    const message = await messaging.send('one');
    await eventually(() => messaging.worker.commandsGiven.length > 1, {
      timeoutMs: 60_000,
      what: 'a repeat',
    });
    const [first, second] = messaging.worker.commandsGiven;
    expect(second).toEqual(first);
    expect(await statusOf(message.id)).toBe('SENDING');
    expect(reachedBodies()).toEqual(['one']);
  });

  it('a worker that died after the send: the next one finds the message, and it is not sent again', async () => {
    messaging.worker.behave('dies_after_sending');
    const message = await messaging.send('one');
    await eventually(() => reachedBodies().length > 0, { timeoutMs: 60_000, what: 'the send' });
    messaging.worker.behave('answers');
    messaging.worker.restart();
    messaging.wake();
    await becomes(message.id, 'SENT');
    expect(reachedBodies()).toEqual(['one']);
    expect(messaging.worker.commandsGiven.map(({ kind }) => kind)).toEqual(['message.send', 'message.find']);
  });

  it('a worker that died before the send: the next one finds nothing and sends it with the same id', async () => {
    messaging.worker.behave('dies_before_sending');
    const message = await messaging.send('one');
    await becomes(message.id, 'SENDING');
    const intended = (await messaging.rows())[0]?.waMessageId;
    messaging.worker.behave('answers');
    messaging.worker.restart();
    messaging.wake();
    await becomes(message.id, 'SENT');
    expect(messaging.worker.reached).toMatchObject([{ body: 'one', waMessageId: intended, generation: 2 }]);
  });

  it('the control plane dies between intent and answer: the next one sends nothing twice', async () => {
    messaging.worker.behave('hangs');
    const message = await messaging.send('one');
    await becomes(message.id, 'SENDING');
    const restarted = messaging.restartControlPlane();
    await eventually(() => messaging.worker.commandsGiven.length > 1, {
      timeoutMs: 60_000,
      what: 'a repeat',
    });
    messaging.worker.release();
    await restarted;
    await becomes(message.id, 'SENT');
    expect(reachedBodies()).toEqual(['one']);
  });

  it('an answer that leaves the outcome open leads to a look, not to a second send', async () => {
    messaging.worker.behave('sends_and_reports_an_error');
    const message = await messaging.send('one');
    await becomes(message.id, 'SENT');
    expect(reachedBodies()).toEqual(['one']);
  });

  it('what was refused unsent goes back into the queue and is sent later', async () => {
    messaging.worker.behave('reports_not_connected');
    const message = await messaging.send('one');
    await eventually(() => messaging.worker.commandsGiven.length > 0, { timeoutMs: 60_000, what: 'a try' });
    messaging.worker.behave('answers');
    await becomes(message.id, 'SENT');
    expect(reachedBodies()).toEqual(['one']);
  });

  it('an invalid recipient fails with its reason, and the next message of the chat goes on', async () => {
    messaging.worker.behave((body) => (body === 'bad' ? 'reports_invalid_recipient' : 'answers'));
    const bad = await messaging.send('bad');
    const good = await messaging.send('good');
    await becomes(bad.id, 'FAILED');
    await becomes(good.id, 'SENT');
    const { error } = await messaging.service.get(messaging.tenantId, bad.id);
    expect(error?.code).toBe('invalid_recipient');
  });

  it('nothing is begun while the session is not connected', async () => {
    const { db, tenantId } = messaging;
    await db.whatsappSession.update({ where: { tenantId }, data: { state: 'RECONNECTING' } });
    const message = await messaging.send('one');
    await messaging.restartControlPlane();
    expect(await statusOf(message.id)).toBe('QUEUED');
    expect(messaging.worker.commandsGiven).toEqual([]);
    await db.whatsappSession.update({ where: { tenantId }, data: { state: 'CONNECTED' } });
    messaging.wake();
    await becomes(message.id, 'SENT');
  });

  it('what was accepted for another number is held, and does not keep the chat back', async () => {
    const { db, tenantId, newId } = messaging;
    await db.whatsappSession.update({ where: { tenantId }, data: { state: 'RECONNECTING' } });
    const old = await messaging.send('for the old number');
    const account = { id: newId('acc'), tenantId, phoneNumber: '15550100077', linkedAt: new Date() };
    await db.account.create({ data: account });
    await db.whatsappSession.update({
      where: { tenantId },
      data: { state: 'CONNECTED', accountId: account.id },
    });
    const fresh = await messaging.send('for the new number');
    await becomes(fresh.id, 'SENT');
    expect(await statusOf(old.id)).toBe('QUEUED');
  });

  it('a message whose fate no worker can tell any more asks a person, and an ack still settles it', async () => {
    messaging.worker.behave('dies_after_sending');
    const { id } = await messaging.send('one');
    await becomes(id, 'SENDING');
    expect(await messaging.expiry.expireDue()).toBe(0);
    const long = new Date(Date.now() - 2 * 60 * 60 * 1_000);
    await messaging.db.message.update({ where: { id }, data: { expiresAt: long, sendingAt: long } });
    expect(await messaging.expiry.expireDue()).toBe(1);
    const given = await messaging.service.get(messaging.tenantId, id);
    expect(given).toMatchObject({ status: 'UNCERTAIN', error: { code: 'outcome_unknown' } });
    messaging.worker.restart();
    await messaging.apply([{ event: { kind: 'message.ack', key: keyOf(given.waMessageId), ack: 1 } }]);
    expect(await statusOf(id)).toBe('SENT');
  });

  it('a queued message past its time expires and is never sent', async () => {
    messaging.worker.behave((body) => (body === 'held' ? 'hangs' : 'answers'));
    await messaging.send('held');
    const expiresAt = new Date(Date.now() + 300).toISOString();
    const late = await messaging.service.send(messaging.tenantId, {
      type: 'text',
      chatId: chat,
      body: 'late',
      expiresAt,
    });
    await eventually(async () => (await messaging.expiry.expireDue()) > 0, {
      timeoutMs: 60_000,
      what: 'expiry',
    });
    expect(await statusOf(late.id)).toBe('EXPIRED');
    messaging.worker.release();
    const next = await messaging.send('next');
    await becomes(next.id, 'SENT');
    expect(reachedBodies()).toEqual(['held', 'next']);
  });
});
