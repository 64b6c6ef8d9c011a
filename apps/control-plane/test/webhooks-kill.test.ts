import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { asAdmin, createApiClient, eventually, freePort, type ApiClient } from '@wafleet/testing';
import { createEventBus } from '../src/live/event-bus';
import { createNewId } from '../src/new-id';
import { createCommitWithEvents } from '../src/tenants/commit-with-events';
import { WebhookReceiver } from './fakes/webhook-receiver';
import { createFleet, patienceMs, type Fleet } from './fleet';
import { tellMessages } from './webhooks-harness';

const program = resolve(__dirname, '../dist/main.js');
const chats = ['15550100001@c.us', '15550100002@c.us', '15550100003@c.us'];
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `text ${from + index}`);

jest.setTimeout(180_000);

let fleet: Fleet;
let receiver: WebhookReceiver;
const children: ChildProcess[] = [];

beforeAll(async () => {
  if (!existsSync(program)) throw new Error('Build the control plane first: pnpm run build');
  fleet = await createFleet();
  receiver = await new WebhookReceiver().start();
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
});
afterAll(async () => {
  await receiver?.kill();
  await fleet?.stop();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
}

async function launch(): Promise<{ child: ChildProcess; api: ApiClient }> {
  const port = await freePort();
  const policy = { allowHttp: true, networks: ['127.0.0.0/8'], sweepMs: 100 };
  const env = await fleet.environment({ PORT: String(port), WEBHOOKS: JSON.stringify(policy) });
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  children.push(child);
  const api = createApiClient(`http://127.0.0.1:${port}`, asAdmin(env.ADMIN_KEY as string));
  const isReady = async () => (await api.call('GET', '/readyz')).status === 200;
  await eventually(isReady, { timeoutMs: patienceMs, what: 'a control plane that is ready' });
  return { child, api };
}

it('webhooks of a control plane that is killed while it sends all arrive, in order, repeats under the same id', async () => {
  const { child, api } = await launch();
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
  await kill(child);
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
