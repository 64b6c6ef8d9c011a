import { randomBytes } from 'node:crypto';
import type { CreatedWebhook, TenantId } from '@wafleet/contracts';
import { createDatabase } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { createTestDatabase, eventually } from '@wafleet/testing';
import { z } from 'zod';
import type { ResolveAll } from '../../src/egress/guarded-lookup';
import { createEventBus } from '../../src/live/event-bus';
import { createNewId, type NewId } from '../../src/new-id';
import { createVault } from '../../src/secrets/vault';
import { type CommitWithEvents, createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { webhookPolicySchema } from '../../src/webhooks/webhook-policy';
import { createWebhooks } from '../../src/webhooks/webhooks';
import { WebhookReceiver } from '../fakes/webhook-receiver';

type Policy = z.input<typeof webhookPolicySchema>;

/** Short, so that what takes minutes takes a moment here. */
const quick = {
  allowHttp: true,
  networks: ['127.0.0.0/8'],
  timeoutMs: 10_000,
  sweepMs: 50,
  pause: { firstMs: 50, maxMs: 200, jitter: 0.2 },
};
const patience = { timeoutMs: 40_000 };

/** Webhooks on a real Postgres, with receivers of a tenant; the queue is away, so that rows alone must be enough. */
export async function startWebhooks() {
  const database = await createTestDatabase();
  const db = createDatabase({ url: database.url });
  const logLines: string[] = [];
  const destination = { write: (line: string) => void logLines.push(line) };
  const log = createLogger({ name: 'test', level: 'debug', destination });
  const newId = createNewId();
  const bus = createEventBus();
  const commit = createCommitWithEvents({ db, epoch: 'ep1', bus });
  const vault = createVault({ db, masterKey: { id: 'test', key: randomBytes(32) } });
  const receivers: WebhookReceiver[] = [];
  let aheadMs = 0;
  let running: ReturnType<typeof createWebhooks> | null = null;

  const webhooks = {
    db,
    bus,
    logLines,
    commit,
    newId,
    /** Moves the clock on. */
    passMs: (ms: number) => void (aheadMs += ms),
    get running() {
      if (running === null) throw new Error('nothing sends');
      return running;
    },

    /** A control plane that sends; the one before has ended. */
    start(policy: Policy = {}, resolve?: ResolveAll) {
      const deps = {
        db,
        bus,
        commit,
        vault,
        epoch: 'ep1',
        policy: webhookPolicySchema.parse({ ...quick, ...policy }),
        jobs: { add: async () => false, register: () => undefined },
        newId,
        now: () => new Date(Date.now() + aheadMs),
        random: Math.random,
        log,
      };
      running = createWebhooks(deps, resolve);
      running.sender.start();
    },

    async createTenant(): Promise<TenantId> {
      const id = newId('ten') as TenantId;
      await db.tenant.create({ data: { id, name: 'Shop', status: 'ACTIVE' } });
      return id;
    },

    /** A program of the tenant's, and the webhook that tells it. */
    async listen(
      tenantId: TenantId,
      input: { url?: (url: string) => string } = {},
    ): Promise<{ receiver: WebhookReceiver; webhook: CreatedWebhook }> {
      const receiver = await new WebhookReceiver().start();
      receivers.push(receiver);
      const url = input.url?.(receiver.url) ?? receiver.url;
      const request = { url, events: ['message.received' as const], description: '' };
      const webhook = await webhooks.running.service.create(tenantId, request, 'operator');
      receiver.secret = webhook.secret;
      return { receiver, webhook };
    },

    tell: (tenantId: TenantId, chat: string, texts: readonly string[]) =>
      tellMessages({ commit, newId }, tenantId, chat, texts),

    deliveries: (endpointId: string) =>
      db.webhookDelivery.findMany({ where: { endpointId }, orderBy: { eventSeq: 'asc' } }),
    states: async (endpointId: string) => (await webhooks.deliveries(endpointId)).map(({ state }) => state),
    endpoint: (id: string) => db.webhookEndpoint.findUniqueOrThrow({ where: { id } }),

    until: (condition: () => boolean | Promise<boolean>, what: string | (() => string | Promise<string>)) =>
      eventually(condition, { ...patience, what }),

    /** Until nothing waits for this endpoint. */
    settled: (endpointId: string) =>
      eventually(async () => !(await webhooks.states(endpointId)).includes('PENDING'), {
        ...patience,
        what: async () => `an end of ${(await webhooks.states(endpointId)).join()}`,
      }),

    async stopSending() {
      await running?.sender.stop();
      running = null;
    },

    async stop() {
      await webhooks.stopSending();
      for (const receiver of receivers) await receiver.kill();
      await db.$disconnect();
      await database.drop();
    },
  };
  return webhooks;
}

export type WebhooksHarness = Awaited<ReturnType<typeof startWebhooks>>;

/** Messages that came, as the link stores and tells them: all in one commit. */
export function tellMessages(
  { commit, newId }: { commit: CommitWithEvents; newId: NewId },
  tenantId: TenantId,
  chat: string,
  texts: readonly string[],
): Promise<void> {
  return commit(async (tx) => {
    const rows = texts.map((body) => ({ id: newId('msg'), body }));
    const incoming = { direction: 'INBOUND', status: 'RECEIVED', fromMe: false } as const;
    const timestamp = new Date();
    await tx.message.createMany({
      data: rows.map((row) => ({ ...row, ...incoming, tenantId, chatId: chat, timestamp })),
    });
    const events = rows.map(({ id }) => ({
      tenantId,
      type: 'message.received' as const,
      at: timestamp,
      data: { messageId: id, type: 'text', isBackfilled: false },
    }));
    return { events, result: undefined };
  });
}
