import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { judgeTold } from '@wafleet/testing';
import type { ResolveAll } from '../../src/egress/guarded-lookup';
import type { Answer } from '../fakes/webhook-receiver';
import { startWebhooks, type WebhooksHarness } from './webhooks-harness';

const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const policy = { timeoutMs: 300, pause: { firstMs: 20, maxMs: 100, jitter: 0.3 }, maxAttemptsAlone: 1_000 };
/** Each in turn, between times in which it takes everything. */
const troubles = [
  'killed',
  'slow',
  500,
  503,
  302,
  'hang',
  'endless',
  'broken',
  'rebound',
  'restarted',
  410,
] as const;

jest.setTimeout(180_000);

let webhooks: WebhooksHarness;
beforeAll(async () => {
  webhooks = await startWebhooks();
});
afterAll(() => webhooks?.stop());

it('webhooks of a receiver that meets every trouble, one after the other, all arrive, in order, each under one id', async () => {
  let address = '127.0.0.1';
  const resolve: ResolveAll = (_name, _options, done) => done(null, [{ address, family: 4 }]);
  webhooks.start(policy, resolve);
  const tenantId = await webhooks.createTenant();
  const { receiver, webhook } = await webhooks.listen(tenantId, {
    url: (url) => url.replace('127.0.0.1', 'receiver.example'),
  });
  const sent: { tenantId: string; body: string }[] = [];
  const tell = async () => {
    for (const chat of chats) {
      const texts = [0, 1].map((more) => `text ${sent.length + more}`);
      sent.push(...texts.map((body) => ({ tenantId, body })));
      await webhooks.tell(tenantId, chat, texts);
    }
  };
  const reasonOf = async () => (await webhooks.endpoint(webhook.id)).reason;
  const told = () => new Set(receiver.ids()).size;

  for (const trouble of troubles) {
    await tell();
    const asked = receiver.asked.length;
    switch (trouble) {
      case 'killed':
        await receiver.kill();
        await tell();
        await webhooks.until(async () => (await reasonOf()) === 'unreachable', 'a try in vain');
        await receiver.start();
        break;
      case 'slow':
        receiver.answer = { afterMs: 50 } satisfies Answer;
        await tell();
        break;
      case 'rebound':
        // A connection that is open already is still the public one.
        await receiver.kill();
        await receiver.start();
        address = '10.0.0.1';
        await tell();
        await webhooks.until(async () => (await reasonOf()) === 'address_refused', 'a refusal');
        expect(receiver.asked.length).toBe(asked);
        address = '127.0.0.1';
        break;
      case 'restarted':
        receiver.answer = 'hang';
        await tell();
        await webhooks.until(() => receiver.asked.length > asked, 'a request');
        await webhooks.stopSending();
        receiver.answer = 200;
        webhooks.start(policy, resolve);
        break;
      case 410:
        // What is told once it is disabled is kept nothing for: this is, all of it, before.
        await webhooks.until(() => told() === sent.length, 'everything of before');
        receiver.answer = 410;
        sent.push({ tenantId, body: 'gone' });
        await webhooks.tell(tenantId, chats[0] as string, ['gone']);
        await webhooks.until(async () => (await reasonOf()) === 'gone', 'an end');
        receiver.answer = 200;
        await webhooks.running.service.update(tenantId, webhook.id, { isEnabled: true }, 'operator');
        break;
      case 'endless':
        receiver.answer = trouble;
        await tell();
        break;
      default:
        receiver.answer = trouble;
        await tell();
        await webhooks.until(async () => (await reasonOf()) !== null, 'a try in vain');
    }
    receiver.answer = 200;
    await webhooks.until(
      () => told() === sent.length,
      () => `${sent.length} told after ${trouble}; now ${told()}`,
    );
  }
  await webhooks.settled(webhook.id);
  expect(judgeTold(sent, receiver.told(tenantId), [])).toEqual([]);
  expect(receiver.mostOfOneChat).toBe(1);
  expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'ACTIVE', reason: null });
});
