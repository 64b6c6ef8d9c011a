import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TenantEvent, TenantId } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { createTestDatabase } from '@wafleet/testing';
import { createEventBus } from '../../src/live/event-bus';
import { createFolderMediaStore } from '../../src/media/folder-media-store';
import { createMediaService } from '../../src/media/media-service';
import { createMessageEventApplier, type MessageEvent } from '../../src/messages/inbox/apply-message-events';
import { createMessageExpiry } from '../../src/messages/expire-messages';
import { createMessageService } from '../../src/messages/message-service';
import { createOutbox } from '../../src/messages/outbox/outbox';
import { createScheduledMessages } from '../../src/messages/scheduled-messages';
import { createNewId } from '../../src/new-id';
import { createCommitWithEvents } from '../../src/tenants/commit-with-events';
import { createStoreWithEvents } from '../../src/tenants/store-with-events';
import { createScriptedWorker } from '../fakes/scripted-worker';

export const chat = '15550100001@c.us';

/** The message domain on a real Postgres, with one linked tenant and a scripted worker. */
export async function startMessaging() {
  const database = await createTestDatabase();
  const db = createDatabase({ url: database.url });
  const log = createLogger({ name: 'test', level: 'silent' });
  const bus = createEventBus();
  const told: TenantEvent[] = [];
  bus.subscribe((event) => told.push(event));
  const commit = createCommitWithEvents({ db, epoch: 'epoch', bus });
  const newId = createNewId();
  const now = () => new Date();
  const applyMessageEvents = createMessageEventApplier({ newId, now });
  const expiry = createMessageExpiry({ commit, jobs: { add: async () => false }, now });
  const tenantId = newId('ten') as TenantId;
  const accountId = await createLinkedTenant(db, tenantId, newId);

  /** Applies events as the link does; `account` is the one linked now where it is not named. */
  const apply = (events: readonly Pick<MessageEvent, 'event'>[], account?: string | null) =>
    commit(async (tx) => {
      const session = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
      const linked = account === undefined ? session.accountId : account;
      const batch = events.map(({ event }) => ({ tenantId, accountId: linked, generation: 1, event }));
      return { events: await applyMessageEvents(tx, batch), result: undefined };
    });
  const worker = createScriptedWorker((event) => apply([{ event }]));
  const mediaFolder = await mkdtemp(join(tmpdir(), 'wafleet-media-'));
  const mediaStore = createFolderMediaStore({ root: mediaFolder, minFreeBytes: 0 });
  const media = createMediaService({ db, store: mediaStore, maxBytes: 10_000_000, keepDays: 1, newId, now });
  const sending = { mediaStore, sendsPerMinute: 0 };
  const startOutbox = () => {
    const deps = {
      db,
      links: worker,
      bus,
      commit,
      log,
      applyMessageEvents,
      newId,
      now,
      random: () => 0.5,
      ...sending,
    };
    const scheduled = createScheduledMessages({ db, commit, now });
    const outbox = createOutbox({ ...deps, expiry, scheduled });
    outbox.start();
    return outbox;
  };
  let outbox = startOutbox();
  const service = createMessageService({
    db,
    commit,
    store: createStoreWithEvents({ db, epoch: 'epoch', bus }),
    outbox: { wake: (id) => outbox.wake(id), wakeAt: (sendAt) => outbox.wakeAt(sendAt) },
    expiry,
    fetchMedia: () => Promise.reject(new Error('nothing is fetched here')),
    newId,
    now,
  });

  return {
    db,
    told,
    tenantId,
    accountId,
    apply,
    worker,
    service,
    media,
    mediaFolder,
    bus,
    commit,
    expiry,
    newId,
    send: (body: string, chatId = chat) => service.send(tenantId, { type: 'text', chatId, body }),
    wake: () => outbox.wake(tenantId),
    rows: () => db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } }),
    /** As after a crash of the control plane: nothing of the memory is left. */
    async restartControlPlane() {
      const before = outbox;
      outbox = startOutbox();
      await before.stop();
    },
    async stop() {
      await worker.stop();
      await outbox.stop();
      await worker.stop();
      await db.$disconnect();
      await database.drop();
      await rm(mediaFolder, { recursive: true, force: true });
    },
  };
}

export type Messaging = Awaited<ReturnType<typeof startMessaging>>;

async function createLinkedTenant(db: Database, tenantId: TenantId, newId: (prefix: string) => string) {
  await db.tenant.create({ data: { id: tenantId, name: 'Shop', status: 'ACTIVE' } });
  const account = { id: newId('acc'), tenantId, phoneNumber: '15550100099', linkedAt: new Date() };
  await db.account.create({ data: account });
  await db.whatsappSession.create({ data: { tenantId, state: 'CONNECTED', accountId: account.id } });
  return account.id;
}
