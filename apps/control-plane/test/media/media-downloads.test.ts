import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mediaPartBytes, type LinkEvent } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { eventually } from '@wafleet/testing';
import type { JobName } from '../../src/jobs/job-table';
import { createFolderMediaStore } from '../../src/media/folder-media-store';
import { downloadPolicySchema } from '../../src/media/downloads/download-policy';
import { createMediaDownloads, type MediaDownloads } from '../../src/media/downloads/media-downloads';
import { createMediaService } from '../../src/media/media-service';
import { createMediaWorker } from '../fakes/media-worker';
import { chat, startMessaging, type Messaging } from '../messages/messages-harness';

const patience = (what: string) => ({ timeoutMs: 60_000, what });
const quick = downloadPolicySchema.parse({
  maxAttempts: 3,
  retry: { firstMs: 20, maxMs: 50, jitter: 0 },
  waitMs: 50,
  sweepMs: 100,
});

describe('media of messages that came', () => {
  let fleet: Messaging;
  let worker: ReturnType<typeof createMediaWorker>;
  let downloads: MediaDownloads;
  let jobs: { name: JobName; delayMs: number }[];

  beforeEach(async () => {
    fleet = await startMessaging();
    worker = createMediaWorker();
    jobs = [];
    downloads = start();
  });
  afterEach(async () => {
    worker.release();
    await downloads.stop();
    await fleet.stop();
  });

  /** A control plane's part; what it kept in memory dies with it. */
  function start(options: { minFreeBytes?: number; maxBytes?: number } = {}): MediaDownloads {
    const { minFreeBytes = 0, maxBytes = 10_000_000 } = options;
    const { db, commit, bus, newId, mediaFolder } = fleet;
    const now = () => new Date();
    const store = createFolderMediaStore({ root: mediaFolder, minFreeBytes });
    const started = createMediaDownloads({
      db,
      bus,
      commit,
      links: worker.links,
      jobs: {
        register: () => undefined,
        add: async (name, _payload, given) => {
          jobs.push({ name, delayMs: given?.delayMs ?? 0 });
          return false;
        },
      },
      media: createMediaService({ db, store, maxBytes, keepDays: 1, newId, now }),
      policy: quick,
      maxBytes,
      newId,
      now,
      random: () => 0,
      log: createLogger({ name: 'test', level: 'silent' }),
    });
    started.start();
    return started;
  }

  let count = 0;
  async function receive(bytes: Buffer, content: { sizeBytes?: number; mimeType?: string } = {}) {
    const id = `3A${(count += 1).toString().padStart(6, '0')}`;
    worker.put(id, bytes);
    const event: LinkEvent = {
      kind: 'message.created',
      message: {
        key: { id, fromMe: false, chatId: chat, sender: chat },
        type: 'image',
        body: 'look',
        timestamp: Date.now(),
        senderName: null,
        ack: 0,
        isForwarded: false,
        hasMedia: true,
        quotedId: null,
        mentions: [],
        content: {
          kind: 'media',
          mimeType: content.mimeType ?? 'image/jpeg',
          sizeBytes: content.sizeBytes ?? bytes.length,
          filename: 'a/../b.jpg',
          seconds: null,
          isGif: false,
        },
      },
    };
    await fleet.apply([{ event }]);
    const row = await fleet.db.message.findFirstOrThrow({ where: { waMessageId: id } });
    return row.id;
  }
  const mediaOf = async (messageId: string) => (await fleet.service.get(fleet.tenantId, messageId)).media;
  const until = (messageId: string, state: string) =>
    eventually(
      async () => {
        const media = await mediaOf(messageId);
        return media?.state === state ? media : null;
      },
      { timeoutMs: 60_000, what: async () => `${state}; it is ${JSON.stringify(await mediaOf(messageId))}` },
    );
  const told = (type: string) => fleet.told.filter((event) => event.type === type).map(({ data }) => data);
  const files = async () =>
    (await readdir(fleet.mediaFolder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const stored = async (mediaId: string) => {
    const { bytes } = await fleet.media.open(fleet.tenantId, mediaId);
    return Buffer.concat((await bytes.toArray()) as Buffer[]);
  };

  it('come into the store byte by byte; the message shows them, and it is told', async () => {
    const bytes = randomBytes(2 * mediaPartBytes + 17);
    const messageId = await receive(bytes);
    const media = await until(messageId, 'STORED');
    expect(media).toMatchObject({
      mimeType: 'image/jpeg',
      sizeBytes: bytes.length,
      filename: null,
      reason: null,
      attempts: 1,
    });
    expect((await stored(media.id ?? '')).equals(bytes)).toBe(true);
    expect(told('media.stored')).toEqual([{ messageId, mediaId: media.id, sizeBytes: bytes.length }]);
    await eventually(() => worker.held.size === 0, patience('the page to be told to let go'));
  });

  it('of one tenant are fetched one at a time, and lie in the store once per content', async () => {
    const bytes = randomBytes(1_000);
    const ids = await Promise.all([receive(bytes), receive(bytes), receive(bytes)]);
    for (const id of ids) await until(id, 'STORED');
    expect(await files()).toEqual([createHash('sha256').update(bytes).digest('hex')]);
    expect(worker.maxUnderWay).toBe(1);
  });

  it('that fail are tried again, later, by a job; the message shows why', async () => {
    worker.behave('rejected', 'timed_out', 'gives');
    const messageId = await receive(randomBytes(100));
    expect(await until(messageId, 'STORED')).toMatchObject({ attempts: 3 });
    expect(jobs.map(({ name }) => name)).toEqual(['media.download', 'media.download']);
  });

  it('that always fail end after their tries, told; by hand they are tried anew', async () => {
    worker.behave('rejected');
    const messageId = await receive(randomBytes(100));
    expect(await until(messageId, 'FAILED')).toMatchObject({ attempts: 3, reason: { code: 'not_fetched' } });
    expect(told('media.failed')).toEqual([{ messageId, state: 'FAILED', reason: 'not_fetched' }]);
    worker.behave('gives');
    await downloads.retry(fleet.tenantId, messageId);
    expect(await until(messageId, 'STORED')).toMatchObject({ attempts: 1 });
    await expect(downloads.retry(fleet.tenantId, messageId)).rejects.toMatchObject({
      code: 'MEDIA_NOT_MISSING',
    });
  });

  it.each([
    ['media_gone', 'GONE', 'gone'],
    ['media_too_large', 'TOO_LARGE', 'too_large'],
  ] as const)('%s: ended at once', async (code, state, reason) => {
    worker.behave(code);
    const messageId = await receive(randomBytes(100));
    expect(await until(messageId, state)).toMatchObject({ attempts: 1, reason: { code: reason } });
  });

  it('that say they are too large are not even asked for; those that lie end at the limit', async () => {
    await downloads.stop();
    downloads = start({ maxBytes: 1_000 });
    const honest = await receive(randomBytes(10), { sizeBytes: 1_001 });
    await until(honest, 'TOO_LARGE');
    expect(worker.fetches).toEqual([]);
    const liar = await receive(randomBytes(2_000), { sizeBytes: 10 });
    await until(liar, 'TOO_LARGE');
    expect(await files()).toEqual([]);
  });

  it('that are damaged on the way are never stored', async () => {
    worker.behave('damages', 'gives');
    const bytes = randomBytes(mediaPartBytes + 5);
    const media = await until(await receive(bytes), 'STORED');
    expect(media).toMatchObject({ attempts: 2 });
    expect((await stored(media.id ?? '')).equals(bytes)).toBe(true);
    expect(await files()).toHaveLength(1);
  });

  it('wait for a worker, and for its connection, without using up a try', async () => {
    worker.setLinked(false);
    const messageId = await receive(randomBytes(100));
    await fleet.db.whatsappSession.update({
      where: { tenantId: fleet.tenantId },
      data: { state: 'RECONNECTING' },
    });
    downloads.wake(fleet.tenantId);
    worker.setLinked(true);
    downloads.wake(fleet.tenantId);
    expect(await mediaOf(messageId)).toMatchObject({ state: 'PENDING', attempts: 0 });
    worker.behave('not_connected', 'not_connected', 'not_connected', 'not_connected', 'gives');
    await fleet.db.whatsappSession.update({
      where: { tenantId: fleet.tenantId },
      data: { state: 'CONNECTED' },
    });
    downloads.wake(fleet.tenantId);
    expect(await until(messageId, 'STORED')).toMatchObject({ attempts: 1 });
  });

  it('a control plane that stops in the middle gives the try back; the next one fetches it whole', async () => {
    worker.behave('hangs_after_a_part', 'gives');
    const bytes = randomBytes(mediaPartBytes + 5);
    const messageId = await receive(bytes);
    await eventually(async () => (await files()).length === 1, patience('half of it'));
    await downloads.stop();
    expect(await files()).toEqual([]);
    expect(await mediaOf(messageId)).toMatchObject({ state: 'PENDING', attempts: 0, id: null });
    downloads = start();
    expect(await until(messageId, 'STORED')).toMatchObject({ attempts: 1 });
  });

  it('a control plane that was killed in the middle left nothing that is served; the next one fetches it whole', async () => {
    worker.behave('hangs_after_a_part', 'gives');
    const bytes = randomBytes(mediaPartBytes + 5);
    const messageId = await receive(bytes);
    await eventually(async () => (await files()).length === 1, patience('half of it'));
    expect(await mediaOf(messageId)).toMatchObject({ state: 'DOWNLOADING', id: null });
    const killed = downloads;
    downloads = start();
    const media = await until(messageId, 'STORED');
    expect(media).toMatchObject({ attempts: 2 });
    expect((await stored(media.id ?? '')).equals(bytes)).toBe(true);
    // What the dead one would still have written counts no more.
    worker.release();
    await killed.stop();
    expect(await fleet.db.media.count()).toBe(1);
    expect(await mediaOf(messageId)).toEqual(media);
  });

  it('a full disk is named, costs no try, and holds no message back', async () => {
    await downloads.stop();
    downloads = start({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    const messageId = await receive(randomBytes(100));
    await eventually(() => jobs.length >= 3, patience('three tries'));
    await downloads.stop();
    expect(await mediaOf(messageId)).toMatchObject({
      state: 'PENDING',
      attempts: 0,
      reason: { code: 'no_room' },
    });
    expect(worker.fetches).toEqual([]);
    downloads = start();
    await until(messageId, 'STORED');
  });

  it('that nobody could fetch for long are given up', async () => {
    worker.setLinked(false);
    const messageId = await receive(randomBytes(100));
    await fleet.db.mediaDownload.updateMany({
      data: { createdAt: new Date(Date.now() - quick.giveUpMs - 1) },
    });
    await downloads.cleanup.run();
    expect(await mediaOf(messageId)).toMatchObject({ state: 'FAILED', reason: { code: 'given_up' } });
  });

  it('that expired say so, and can be fetched anew', async () => {
    const messageId = await receive(randomBytes(100));
    const { id } = await until(messageId, 'STORED');
    await fleet.media.remove(fleet.tenantId, id ?? '');
    expect(await mediaOf(messageId)).toMatchObject({ state: 'EXPIRED', id: null });
    expect(await files()).toEqual([]);
    await downloads.retry(fleet.tenantId, messageId);
    await until(messageId, 'STORED');
  });

  it('lie below their own tenant only', async () => {
    await until(await receive(randomBytes(100)), 'STORED');
    expect(await readdir(fleet.mediaFolder)).toEqual([fleet.tenantId]);
    expect(await readdir(join(fleet.mediaFolder, fleet.tenantId, 'incoming'))).toEqual([]);
  });
});
