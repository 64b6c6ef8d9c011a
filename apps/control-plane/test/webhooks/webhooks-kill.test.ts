import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createNewId } from '../../src/new-id';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { WebhookReceiver } from '../fakes/webhook-receiver';
import { createFleet, patienceMs, type Fleet } from '../fleet';
import { launchControlPlane, type LaunchedControlPlane } from '../launch-control-plane';
import { tellMessages } from './webhooks-harness';

const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `text ${from + index}`);

jest.setTimeout(180_000);

let fleet: Fleet;
let receiver: WebhookReceiver;
const launched: LaunchedControlPlane[] = [];

beforeAll(async () => {
  fleet = await createFleet();
  receiver = await new WebhookReceiver().start();
});
afterEach(async () => {
  for (const one of launched.splice(0)) await one.kill();
});
afterAll(async () => {
  await receiver?.kill();
  await fleet?.stop();
});

async function launch(): Promise<LaunchedControlPlane> {
  const policy = { allowHttp: true, networks: ['127.0.0.0/8'], sweepMs: 100 };
  const one = await launchControlPlane(fleet, { WEBHOOKS: JSON.stringify(policy) });
  launched.push(one);
  return one;
}

it('webhooks of a control plane that is killed while it sends all arrive, in order, repeats under the same id', async () => {
  const { api, kill } = await launch();
  const tenant = await api.post('/admin/tenants', { name: 'Shop', start: false });
  const tenantId = (tenant as { id: TenantId }).id;
  const webhook = (await api.post(`/admin/tenants/${tenantId}/webhooks`, {
    url: receiver.url,
    events: ['message.received'],
  })) as { id: string; secret: string };
  receiver.secret = webhook.secret;
  receiver.answer = { afterMs: 10 };
  const bus = createEventBus();
  const writer = {
    commit: createCommitWithEvents({ db: fleet.db, epoch: 'any', bus }),
    newId: createNewId(),
  };

  for (const chat of chats) await tellMessages(writer, tenantId, chat, numbered(0, 40));
  await eventually(() => receiver.taken.length > 30, { timeoutMs: patienceMs, what: 'some deliveries' });
  await kill();
  const takenBefore = receiver.taken.length;
  for (const chat of chats) await tellMessages(writer, tenantId, chat, numbered(40, 10));
  expect(takenBefore).toBeLessThan(120);

  await launch();
  const waiting = () => fleet.db.webhookDelivery.count({ where: { state: 'PENDING' } });
  await eventually(async () => (await waiting()) === 0, {
    timeoutMs: patienceMs,
    what: async () => `no delivery waiting; now ${await waiting()}`,
  });
  const once = [...new Map(receiver.taken.map((one) => [one.id, one])).values()];
  expect(once).toHaveLength(150);
  for (const chat of chats) {
    const texts = once.flatMap(({ body }) => (body.message.chatId === chat ? [body.message.body] : []));
    expect(texts).toEqual(numbered(0, 50));
  }
  // One request of each chat at most was under way, and its answer may have been lost.
  expect(receiver.taken.length - once.length).toBeLessThanOrEqual(chats.length);
  for (const { id, body } of receiver.taken) expect(body.id).toBe(id);
});
