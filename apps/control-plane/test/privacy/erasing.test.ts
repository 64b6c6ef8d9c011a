import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createLogger } from '@wafleet/runtime';
import { findInDatabase, findInFiles } from '@wafleet/testing';
import { forgetAlerts } from '../../src/alerts/forget-alerts';
import { createFolderMediaStore } from '../../src/media/folder-media-store';
import { createMessageEventApplier } from '../../src/messages/inbox/apply-message-events';
import { createNewId } from '../../src/new-id';
import { eraseTenant, type EraseTenantDeps } from '../../src/supervisor/erase-tenant';
import { startTestApi, type TestApi } from '../test-api';

/** In everything that is planted. */
const word = 'wafleetplantedword';
const silent = createLogger({ name: 'test', level: 'silent' });

describe('erasing', () => {
  let api: TestApi;
  let planted = 0;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  const traces = async () => [
    ...(await findInDatabase(api.databaseUrl, [word])),
    ...(await findInFiles([api.tenantsDir, api.mediaDir, api.logsDir], [word])),
  ];

  /** A tenant of which something lies in every place; linked, with no worker. */
  async function plant(): Promise<TenantId> {
    const { db } = api;
    const tenantId = await api.createTenant(word, { owner: 'owner@example.com' });
    const at = new Date();
    planted += 1;
    const account = {
      id: `acc_${planted}`,
      tenantId,
      phoneNumber: `1555010${planted + 1_000}`,
      linkedAt: at,
    };
    await db.account.create({ data: { ...account, name: word } });
    await db.whatsappSession.update({ where: { tenantId }, data: { accountId: account.id } });
    for (let index = 0; index < 3; index += 1)
      await db.message.create({
        data: {
          id: `msg_${planted}_${index}`,
          tenantId,
          direction: 'INBOUND',
          status: 'RECEIVED',
          chatId: '15550100201@c.us',
          fromMe: false,
          body: word,
          timestamp: at,
        },
      });
    await db.earlyUpdate.create({ data: { tenantId, waMessageId: 'x', digest: 'x', event: { word } } });
    await db.quarantinedEvent.create({ data: { tenantId, generation: 1, seq: 1, error: word, frame: word } });
    await db.$transaction((tx) => api.vault.seal(tx, tenantId, 'test', Buffer.from(word)));
    const incident = { id: `inc_${planted}`, tenantId, reason: 'worker_exited', detail: word, generation: 1 };
    await db.incident.create({ data: { ...incident, openedAt: at, lastSeenAt: at, evidence: { word } } });
    const store = createFolderMediaStore({ root: api.mediaDir, minFreeBytes: 0 });
    const bytes = (async function* () {
      yield Buffer.from(word);
    })();
    const received = await store.receive(tenantId, bytes, { maxBytes: 100, declaredBytes: null });
    await received.keep();
    await received.drop();
    const media = { id: `med_${planted}`, tenantId, sha256: received.sha256, sizeBytes: word.length };
    await db.media.create({ data: { ...media, mimeType: 'image/png', filename: word, expiresAt: at } });
    await mkdir(join(api.tenantsDir, tenantId, 'profile'), { recursive: true });
    await writeFile(join(api.tenantsDir, tenantId, 'profile/Cookies'), word);
    api.logs.forTenant(tenantId).info({ word }, 'planted');
    await api.admin('DELETE', `/admin/tenants/${tenantId}`);
    return tenantId;
  }

  /** What the supervisor erases with, of which call number `deadAt` finds the process dead. */
  function partsDyingAt(deadAt: number): { deps: EraseTenantDeps; calls: () => number } {
    let calls = 0;
    const step = <T>(work: () => T): T => {
      calls += 1;
      if (calls === deadAt) throw new Error('the process died');
      return work();
    };
    const store = createFolderMediaStore({ root: api.mediaDir, minFreeBytes: 0 });
    const deps: EraseTenantDeps = {
      db: dying(api.db, step),
      commit: (work) => step(() => api.commit(work)),
      driver: {
        kill: async () => step(() => undefined),
        remove: async (tenantId) =>
          step(() => rm(join(api.tenantsDir, tenantId), { recursive: true, force: true })),
      },
      forgetTenant: async (tenantId) => {
        await step(() => store.deleteTenant(tenantId));
        await step(() => api.logs.remove(tenantId));
        await step(() => forgetAlerts(api.db, tenantId));
      },
      now: () => new Date(),
      log: silent,
    };
    return { deps, calls: () => calls };
  }

  it('interrupted at every step, it is taken up again, and nothing is left but a true receipt', async () => {
    let steps = 0;
    for (let deadAt = 1; ; deadAt += 1) {
      const tenantId = await plant();
      const { deps, calls } = partsDyingAt(deadAt);
      const outcome = await eraseTenant(deps, tenantId).then(
        () => 'whole',
        (error: Error) => error.message,
      );
      if (outcome === 'whole') {
        steps = calls();
        expect(deadAt).toBe(steps + 1);
      } else {
        expect(outcome).toBe('the process died');
        const interrupted = await api.admin('GET', `/admin/erasures/${tenantId}`);
        expect(interrupted.body.endedAt).toBeNull();
        await eraseTenant(partsDyingAt(0).deps, tenantId);
      }
      expect([deadAt, await traces()]).toEqual([deadAt, []]);
      expect(await api.db.tenant.findUnique({ where: { id: tenantId } })).toBeNull();
      expect((await api.admin('GET', `/admin/erasures/${tenantId}`)).body).toMatchObject({
        tenantId,
        requestedBy: 'operator',
        endedAt: expect.any(String),
        device: 'not_unlinked',
        deviceNote: expect.stringContaining('remove the device'),
        erased: { messages: 3, media: 1 },
      });
      if (outcome === 'whole') break;
    }
    expect(steps).toBeGreaterThan(10);
    const { items } = (await api.admin('GET', '/admin/erasures?limit=2')).body;
    expect(items).toHaveLength(2);
  });

  it('from the request on programs have no key, and nothing that waits is sent', async () => {
    const tenantId = await api.createTenant('Closing', { start: true });
    const { call } = await api.asProgram(tenantId);
    const path = `/admin/tenants/${tenantId}/messages`;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = (await api.admin('POST', path, { body: { chatId: '15550100201', body: 'x', sendAt } }))
      .body;
    await api.admin('DELETE', `/admin/tenants/${tenantId}`);
    expect((await call('GET', '/v1/status')).status).toBe(401);
    expect((await api.admin('GET', `${path}/${id}`)).body.status).toBe('CANCELLED');
  });
});

describe('erasing one contact', () => {
  const contact = '15550100211@c.us';
  const other = '15550100212@c.us';
  const group = '12036301@g.us';
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Shop', { start: true });
  });
  afterAll(() => api?.stop());

  const message = (waMessageId: string, chatId: string, sender: string, timestamp: number) => ({
    kind: 'message.created' as const,
    outageId: 'out_1',
    message: {
      key: { id: waMessageId, fromMe: false, chatId, sender },
      type: 'text',
      body: `${waMessageId} of ${sender}`,
      timestamp,
      senderName: null,
      ack: 0,
      isForwarded: false,
      hasMedia: false,
      quotedId: null,
      mentions: [contact],
      content: null,
      updates: [{ kind: 'reacted' as const, sender: contact, emoji: '🥖', at: timestamp }],
    },
  });
  /** As a reading of the page tells them. */
  async function read(events: ReturnType<typeof message>[]): Promise<void> {
    const apply = createMessageEventApplier({ newId: createNewId(), now: () => new Date() });
    const facts = events.map((event) => ({ tenantId, accountId: null, generation: 1, event }));
    await api.commit(async (tx) => ({ events: await apply(tx, facts), result: undefined }));
  }
  const bodies = async () =>
    (await api.db.message.findMany({ where: { tenantId }, orderBy: { waMessageId: 'asc' } })).map(
      ({ body }) => body,
    );

  it('takes the chat, what it wrote elsewhere and where it is named, and no reading brings it back', async () => {
    const anHourAgo = Date.now() - 3_600_000;
    const found = [
      message('A', contact, contact, anHourAgo),
      message('B', group, contact, anHourAgo),
      message('C', group, other, anHourAgo),
    ];
    await read(found);
    await api.db.privacyId.create({ data: { tenantId, lid: '777000111@lid', chatId: contact } });
    await api.db.quarantinedEvent.create({
      data: { tenantId, generation: 1, seq: 1, error: 'x', frame: `{"chat":"${contact}"}` },
    });
    const path = `/admin/tenants/${tenantId}/contacts/+15550100211/erase`;
    expect(await api.admin('POST', path)).toMatchObject({ status: 200, body: { messages: 2, media: 0 } });
    expect(await bodies()).toEqual([`C of ${other}`]);
    expect(await findInDatabase(api.databaseUrl, ['15550100211', '777000111'])).toEqual([]);
    await read(found.slice(0, 2));
    expect(await bodies()).toEqual([`C of ${other}`]);
    await read([message('D', contact, contact, Date.now() + 60_000)]);
    expect(await bodies()).toEqual([`C of ${other}`, `D of ${contact}`]);
    expect((await api.admin('POST', path)).body).toEqual({ messages: 1, media: 0 });
  });

  it('another tenant keeps its own', async () => {
    const stranger = await api.createTenant('Stranger');
    await read([message('E', contact, contact, Date.now() + 60_000)]);
    await api.admin('POST', `/admin/tenants/${stranger}/contacts/15550100211/erase`);
    expect(await bodies()).toContain(`E of ${contact}`);
  });
});

type Step = <T>(work: () => T) => T;

/** Every call of the database is a step. */
function dying(db: Database, step: Step): Database {
  const watched = (target: object): object =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value === 'function')
          return (...args: unknown[]) => step(() => value.apply(object, args) as unknown);
        return typeof value === 'object' && value !== null && !name.toString().startsWith('_')
          ? watched(value)
          : value;
      },
    });
  return watched(db) as Database;
}
