import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageStatus, ResolveMessage } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { startMessaging, type Messaging } from './messages-harness';

describe('a message of which only a person can tell what became', () => {
  let messaging: Messaging;
  let id: string;

  beforeEach(async () => {
    messaging = await startMessaging();
    messaging.worker.behave('is_never_acked');
    ({ id } = await messaging.send('one'));
    await eventually(() => messaging.worker.reached.length === 1, { timeoutMs: 60_000, what: 'the send' });
    await becomes('SENDING');
    const long = new Date(Date.now() - 2 * 60 * 60 * 1_000);
    await messaging.db.message.update({ where: { id }, data: { expiresAt: long, sendingAt: long } });
    await messaging.expiry.expireDue();
    await becomes('UNCERTAIN');
    messaging.told.splice(0);
  });
  afterEach(() => messaging.stop());

  const becomes = (status: MessageStatus) =>
    eventually(async () => (await messaging.service.get(messaging.tenantId, id)).status === status, {
      timeoutMs: 60_000,
      what: status,
    });
  const resolve = (outcome: ResolveMessage['outcome']) =>
    messaging.service.resolve(messaging.tenantId, id, { outcome }, 'an operator');

  it('was sent: it says so, and who found out', async () => {
    expect(await resolve('sent')).toMatchObject({ status: 'SENT', error: null });
    const data = { messageId: id, status: 'SENT', outcome: 'sent', by: 'an operator' };
    expect(messaging.told).toMatchObject([{ type: 'message.status', data }]);
    await expect(resolve('not_sent')).rejects.toMatchObject({ code: 'NOT_UNCERTAIN' });
  });

  it('was not sent: it has failed, and is not sent again by itself', async () => {
    expect(await resolve('not_sent')).toMatchObject({ status: 'FAILED', error: { code: 'found_unsent' } });
    messaging.wake();
    await messaging.send('another');
    await eventually(() => messaging.worker.reached.length === 2, { timeoutMs: 60_000, what: 'the other' });
    expect(messaging.worker.reached.map(({ body }) => body)).toEqual(['one', 'another']);
  });

  it('is sent again under the same id', async () => {
    messaging.worker.behave('answers');
    await resolve('send_again');
    await becomes('SENT');
    expect(messaging.worker.reached.map(({ body }) => body)).toEqual(['one', 'one']);
    expect(new Set(messaging.worker.reached.map(({ waMessageId }) => waMessageId)).size).toBe(1);
  });

  it('was deleted meanwhile: it is not sent again, for nothing of it is left', async () => {
    await messaging.db.message.update({ where: { id }, data: { revokedAt: new Date(), body: '' } });
    await expect(resolve('send_again')).rejects.toMatchObject({ code: 'NOT_UNCERTAIN' });
    expect(await resolve('sent')).toMatchObject({ status: 'SENT' });
  });
});
