import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { createLogger } from '@wafleet/runtime';
import { asAdmin, eventually, findInFiles } from '@wafleet/testing';
import { extract } from 'tar-stream';
import { cleanUp } from '../../src/jobs/cleanup';
import { eraseTenant } from '../../src/supervisor/erase-tenant';
import { startTestApi, type TestApi } from '../test-api';

const contact = '15550100231@c.us';
const other = '15550100232@c.us';
const group = '12036302@g.us';
const picture = 'the bytes of a picture';

describe('exports', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let planted = 0;

  beforeAll(async () => {
    api = await startTestApi();
    api.exportLane.start();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    api.exportRoom.freeBytes = async () => null;
    tenantId = await plant('own');
  });

  const path = (rest = '', of = tenantId) => `/admin/tenants/${of}/exports${rest}`;
  const message = (id: string, of: TenantId, chatId: string, sender: string) => ({
    id,
    tenantId: of,
    direction: 'INBOUND' as const,
    status: 'RECEIVED' as const,
    chatId,
    sender,
    fromMe: false,
    body: `${id} by ${sender}`,
    timestamp: new Date(),
  });

  /** A tenant with something in every place, its word in all of it, and what must never leave. */
  async function plant(word: string): Promise<TenantId> {
    const { db } = api;
    const id = await api.createTenant(`Shop ${word}`, { owner: `${word}@example.com` });
    const mark = `${word}${(planted += 1)}`;
    const at = new Date();
    await db.account.create({
      data: { id: `acc_${mark}`, tenantId: id, phoneNumber: `1555010${1_000 + planted}`, linkedAt: at },
    });
    const upload = await fetch(`${api.url}/admin/tenants/${id}/media?filename=a.png`, {
      method: 'POST',
      headers: { ...asAdmin(api.adminKey), 'content-type': 'image/png' },
      body: `${picture} of ${mark}`,
      signal: AbortSignal.timeout(30_000),
    });
    const { id: mediaId } = (await upload.json()) as { id: string };
    await db.message.createMany({
      data: [
        { ...message(`msg_${mark}_a`, id, contact, contact), mediaId, hasMedia: true },
        message(`msg_${mark}_b`, id, group, contact),
        {
          ...message(`msg_${mark}_c`, id, group, other),
          mentions: [contact],
          reactions: [
            { sender: contact, emoji: '🥖' },
            { sender: other, emoji: '🥐' },
          ],
        },
        message(`msg_${mark}_d`, id, other, other),
      ],
    });
    await db.message.createMany({
      data: Array.from({ length: 450 }, (_, index) =>
        message(`msg_${mark}_many_${String(index).padStart(4, '0')}`, id, other, other),
      ),
    });
    await db.whatsappSession.update({
      where: { tenantId: id },
      data: { lastQr: 'planted-secret', pairingCode: 'planted-secret' },
    });
    await db.tenant.update({
      where: { id },
      data: { proxySealed: Buffer.from('planted-secret'), proxyAddress: 'http://proxy.example:8080' },
    });
    await db.incident.create({
      data: {
        id: `inc_${mark}`,
        tenantId: id,
        reason: 'worker_exited',
        detail: mark,
        generation: 1,
        openedAt: at,
        lastSeenAt: at,
        evidence: {},
      },
    });
    await api.asProgram(id);
    await api.admin('POST', `/admin/tenants/${id}/webhooks`, {
      body: { url: `https://${word}-receiver.example/hook` },
    });
    return id;
  }

  async function requested(body: unknown = {}, of = tenantId): Promise<string> {
    const answer = await api.admin('POST', path('', of), { body });
    expect(answer).toMatchObject({ status: 202, body: { tenantId: of, bytes: null } });
    return answer.body.id;
  }
  const untilState = (exportId: string, state: string) =>
    eventually(
      async () => {
        const { body } = await api.admin('GET', path(`/${exportId}`));
        return body.state === state ? body : null;
      },
      { timeoutMs: 60_000, what: async () => JSON.stringify(await api.db.export.findMany()) },
    );
  async function made(body: unknown = {}): Promise<any> {
    return untilState(await requested(body), 'READY');
  }

  const fetchArchive = (exportId: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}${path(`/${exportId}/archive`)}`, {
      headers: { ...asAdmin(api.adminKey), ...headers },
      signal: AbortSignal.timeout(30_000),
    });
  /** Files of the archive by name; pages of a table joined, as rows. */
  async function contentOf(exportId: string) {
    const response = await fetchArchive(exportId);
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    const files = new Map<string, string>();
    for await (const entry of Readable.from([bytes]).pipe(createGunzip()).pipe(extract())) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      files.set(entry.header.name, Buffer.concat(chunks).toString('utf8'));
    }
    const rowsOf = (table: string): any[] =>
      [...files]
        .filter(([name]) => new RegExp(`^${table}-\\d{6}\\.jsonl$`).test(name))
        .flatMap(([, text]) => text.trim().split('\n'))
        .map((line) => JSON.parse(line));
    return { files, rowsOf, all: [...files.values()].join('\n') };
  }
  const kept = () => readdir(join(api.exportsDir, tenantId)).catch(() => []);

  /** Holds what is made up after its first page, until it is let go on. */
  function held() {
    let goOn: () => void = () => undefined;
    let arrived: () => void = () => undefined;
    const isHeld = new Promise<void>((resolve) => (arrived = resolve));
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let isFirst = true;
    api.exportRoom.freeBytes = async () => {
      // The first question is the request's own, the second that of what is made.
      if (isFirst) isFirst = false;
      else {
        api.exportRoom.freeBytes = async () => null;
        arrived();
        await gate;
      }
      return null;
    };
    return { isHeld, goOn };
  }

  it('of a tenant hold everything about it, nothing of another, and no secret', async () => {
    const stranger = await plant('florist');
    const ready = await made();
    const { files, rowsOf, all } = await contentOf(ready.id);
    expect(rowsOf('tenant')).toMatchObject([{ id: tenantId, name: 'Shop own' }]);
    const ids = rowsOf('messages').map(({ id }) => id);
    const stored = await api.db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
    expect(ids).toEqual(stored.map(({ id }) => id));
    expect(rowsOf('people')).toMatchObject([{ role: 'OWNER', user: { email: 'own@example.com' } }]);
    expect(rowsOf('webhooks')).toMatchObject([{ url: 'https://own-receiver.example/hook' }]);
    expect(rowsOf('api-keys')).toMatchObject([{ name: 'program' }]);
    for (const table of ['session', 'accounts', 'events', 'incidents']) expect(rowsOf(table)).not.toEqual([]);
    const [media] = rowsOf('media');
    expect(files.get(media.file)).toContain(picture);
    expect(files.get('README.txt')).toContain(tenantId);
    expect(ready).toMatchObject({ files: 1, problem: null, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(ready.records).toBeGreaterThan(stored.length);
    for (const foreign of [stranger, 'florist', 'planted-secret', 'Sealed', '"hash"', 'tokenHash'])
      expect([foreign, all.includes(foreign)]).toEqual([foreign, false]);
    expect(await findInFiles([api.exportsDir], ['Shop own', picture])).toEqual([]);
  });

  it('of a contact hold its chat, what it wrote and said elsewhere, and nothing of others', async () => {
    await api.db.privacyId.create({ data: { tenantId, lid: '777000231@lid', chatId: contact } });
    for (const { id } of await api.db.message.findMany({
      where: { tenantId, chatId: { in: [contact, other] } },
      orderBy: { id: 'asc' },
      take: 2,
    }))
      await api.commit(async () => ({
        events: [
          {
            tenantId,
            type: 'message.received',
            at: new Date(),
            data: { messageId: id, type: 'text', isBackfilled: false },
          },
        ],
        result: undefined,
      }));
    const { id } = await made({ contactId: '+15550100231' });
    const { files, rowsOf, all } = await contentOf(id);
    const found = rowsOf('messages').map(({ body }) => body.replace(/^msg_[a-z]+\d+_/, ''));
    expect(found).toEqual([`a by ${contact}`, `b by ${contact}`]);
    expect(rowsOf('reactions-votes-mentions')).toMatchObject([
      { reactions: [{ sender: contact, emoji: '🥖' }], votes: [], isMentioned: true },
    ]);
    const [mine] = await api.db.message.findMany({ where: { tenantId, chatId: contact } });
    expect(rowsOf('events')).toMatchObject([
      { type: 'message.received', data: { messageId: mine?.id, type: 'text' } },
    ]);
    expect(rowsOf('privacy-ids')).toMatchObject([{ lid: '777000231@lid' }]);
    expect(files.get(rowsOf('media')[0].file)).toContain(picture);
    for (const foreign of [other, '🥐', 'own@example.com', 'receiver.example'])
      expect([foreign, all.includes(foreign)]).toEqual([foreign, false]);
  });

  it('are given in parts, which fit together', async () => {
    const { id, bytes } = await made();
    const whole = Buffer.from(await (await fetchArchive(id)).arrayBuffer());
    expect(whole.length).toBe(bytes);
    const first = await fetchArchive(id, { range: 'bytes=0-99' });
    const rest = await fetchArchive(id, { range: 'bytes=100-' });
    expect([first.status, rest.status]).toEqual([206, 206]);
    expect(first.headers.get('content-range')).toBe(`bytes 0-99/${bytes}`);
    const joined = [await first.arrayBuffer(), await rest.arrayBuffer()].map((part) => Buffer.from(part));
    expect(Buffer.concat(joined).equals(whole)).toBe(true);
    expect((await fetchArchive(id, { range: `bytes=${bytes}-` })).status).toBe(416);
  });

  it('that were changed on the disk are never given whole, nor a part of them', async () => {
    const { id } = await made();
    const file = join(api.exportsDir, tenantId, `${id}.export`);
    const sealed = await readFile(file);
    sealed[sealed.length - 20]! ^= 1;
    await writeFile(file, sealed);
    for (const headers of [{}, { range: 'bytes=0-9' }] as Record<string, string>[])
      await expect(fetchArchive(id, headers).then((response) => response.arrayBuffer())).rejects.toThrow();
  });

  it('that are asked for again while under way are the same, and there may be so many', async () => {
    const { isHeld, goOn } = held();
    const id = await requested();
    await isHeld;
    expect(await requested()).toBe(id);
    expect((await api.admin('GET', path(`/${id}/archive`))).body.code).toBe('EXPORT_NOT_READY');
    const further = [];
    for (const digit of [1, 2, 3, 4]) further.push(await requested({ contactId: `1555010024${digit}` }));
    expect((await api.admin('POST', path(), { body: { contactId: '15550100249' } })).body.code).toBe(
      'TOO_MANY',
    );
    const { items } = (await api.admin('GET', path('?limit=3'))).body;
    expect(items).toHaveLength(3);
    goOn();
    for (const exportId of [id, ...further]) await untilState(exportId, 'READY');
  });

  it('are stopped and removed by whoever asked', async () => {
    const { isHeld, goOn } = held();
    const id = await requested();
    await isHeld;
    expect((await api.admin('DELETE', path(`/${id}`))).status).toBe(204);
    goOn();
    expect((await api.admin('GET', path(`/${id}`))).status).toBe(404);
    expect(await kept()).toEqual([]);
    const { id: next } = await made();
    expect(await kept()).toEqual([`${next}.export`]);
    await api.admin('DELETE', path(`/${next}`));
    expect(await kept()).toEqual([]);
  });

  it('fail with a reason where the disk is short, and are not begun then', async () => {
    const free = [null, 10];
    api.exportRoom.freeBytes = async () => (free.length > 1 ? free.shift()! : free[0]!);
    const failed = await untilState(await requested(), 'FAILED');
    expect(failed.problem).toContain('too little room');
    expect(await kept()).toEqual([]);
    expect((await api.admin('POST', path())).body.code).toBe('STORAGE_FULL');
  });

  it('go after their time', async () => {
    const { id } = await made();
    const parts = api.restartedExports();
    await cleanUp(parts.cleanups);
    expect(await kept()).toEqual([`${id}.export`]);
    await api.db.export.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    expect((await api.admin('GET', path(`/${id}`))).status).toBe(404);
    expect((await api.admin('GET', path(`/${id}/archive`))).status).toBe(404);
    await cleanUp(parts.cleanups);
    expect(await kept()).toEqual([]);
    expect(await api.db.export.findUnique({ where: { id } })).toBeNull();
  });

  it('go when any contact is erased, whom they may hold', async () => {
    const { id } = await made();
    await api.admin('POST', `/admin/tenants/${tenantId}/contacts/15550100231/erase`);
    expect((await api.admin('GET', path(`/${id}`))).status).toBe(404);
    expect(await kept()).toEqual([]);
  });

  it('go with their tenant, also one that is under way', async () => {
    const { isHeld, goOn } = held();
    const id = await requested();
    await isHeld;
    await api.admin('DELETE', `/admin/tenants/${tenantId}`);
    expect((await api.admin('POST', path())).body.code).toBe('TENANT_ERASING');
    const parts = {
      db: api.db,
      commit: api.commit,
      driver: { kill: async () => undefined, remove: async () => undefined },
      forgetTenant: (erased: TenantId) => api.exportService.removeAll(erased),
      now: () => new Date(),
      log: createLogger({ name: 'test', level: 'silent' }),
    };
    await eraseTenant(parts, tenantId);
    goOn();
    expect(await kept()).toEqual([]);
    expect(await api.db.export.findUnique({ where: { id } })).toBeNull();
    const { body } = await api.admin('GET', `/admin/erasures/${tenantId}`);
    expect(body.erased).toMatchObject({ exports: 1 });
  });

  it('that a stop of the control plane interrupted begin anew after its start', async () => {
    const { isHeld, goOn } = held();
    const id = await requested();
    await isHeld;
    await api.exportLane.stop();
    goOn();
    expect((await api.admin('GET', path(`/${id}`))).body.state).toBe('RUNNING');
    const { lane } = api.restartedExports();
    lane.start();
    try {
      await untilState(id, 'READY');
    } finally {
      await lane.stop();
    }
    expect((await api.db.export.findUniqueOrThrow({ where: { id } })).attempts).toBe(2);
    expect((await contentOf(id)).rowsOf('tenant')).toMatchObject([{ id: tenantId }]);
  });

  /** The last: nothing else is made from here on. */
  it('that were interrupted too often fail by name, and leave nothing on the disk', async () => {
    await api.exportLane.stop();
    const id = await requested();
    await api.db.export.update({ where: { id }, data: { state: 'RUNNING', attempts: 5 } });
    await mkdir(join(api.exportsDir, tenantId), { recursive: true });
    await writeFile(join(api.exportsDir, tenantId, `${id}.export.new`), 'half of one');
    const { lane } = api.restartedExports();
    lane.start();
    try {
      expect((await untilState(id, 'FAILED')).problem).toContain('begun 5 times');
    } finally {
      await lane.stop();
    }
    expect(await kept()).toEqual([]);
  });
});
