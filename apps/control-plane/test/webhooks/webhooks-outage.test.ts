import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { judgeTold } from '@wafleet/testing';
import { webhookPolicySchema } from '../../src/webhooks/webhook-policy';
import { startWebhooks, type WebhooksHarness } from './webhooks-harness';

const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const stepMs = 10_000;
const downMs = 10 * 60_000;

jest.setTimeout(240_000);

/** Of everybody here: a receiver refuses what is signed at a time that is not its own. */
const realNow = Date.now.bind(Date);
let passedMs = 0;

let webhooks: WebhooksHarness;
beforeAll(async () => {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + passedMs);
  webhooks = await startWebhooks();
});
afterAll(async () => {
  await webhooks?.stop();
  jest.restoreAllMocks();
});

it('webhooks of a receiver that is down for ten minutes, by a clock that is moved on, all arrive, in order, each under one id, after few tries', async () => {
  const { pause } = webhookPolicySchema.parse({});
  webhooks.start({ pause });
  const tenantId = await webhooks.createTenant();
  const { receiver, webhook } = await webhooks.listen(tenantId);
  const sent: { tenantId: string; body: string }[] = [];
  const tell = async () => {
    for (const chat of chats) {
      const body = `text ${sent.length}`;
      sent.push({ tenantId, body });
      await webhooks.tell(tenantId, chat, [body]);
    }
  };
  const told = () => new Set(receiver.ids()).size;
  const untilToldAll = () =>
    webhooks.until(
      () => told() === sent.length,
      () => `${sent.length} told; now ${told()}`,
    );
  await tell();
  await untilToldAll();
  await receiver.kill();

  while (passedMs < downMs) {
    await tell();
    await webhooks.until(async () => {
      const { state, pausedUntil } = await webhooks.endpoint(webhook.id);
      return state === 'PAUSED' && pausedUntil !== null && pausedUntil.getTime() > Date.now();
    }, 'a pause after each try in vain');
    passedMs += stepMs;
  }
  const { failures } = await webhooks.endpoint(webhook.id);
  expect(failures).toBeGreaterThan(5);
  expect(failures).toBeLessThan(20);

  await receiver.start();
  passedMs += pause.maxMs;
  await untilToldAll();
  await webhooks.settled(webhook.id);
  expect(judgeTold(sent, receiver.told(tenantId), [])).toEqual([]);
  expect(receiver.taken).toHaveLength(sent.length);
  expect(await webhooks.endpoint(webhook.id)).toMatchObject({ state: 'ACTIVE', reason: null });
});
