import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { refreshTenantStatus } from '../../src/sessions/refresh-tenant-status';
import { startTestApi, type TestApi } from '../test-api';

describe('tenants', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  const call = async (method: string, path: string, body?: unknown) =>
    api.admin(method, `/admin/tenants${path}`, body === undefined ? {} : { body });
  const events = async (tenantId: TenantId) =>
    (await call('GET', `/${tenantId}/events`)).body.items
      .map(({ type, data }: any) => [type, data])
      .reverse();

  it('are made with their session and worker, tell of it, and are looked at by the supervisor', async () => {
    const made = await call('POST', '', { name: ' Bakery ', phoneNumber: '+1 (555) 010-0142' });
    expect(made.body).toMatchObject({
      name: 'Bakery',
      phoneNumber: '15550100142',
      desiredState: 'RUNNING',
      status: 'STARTING',
    });
    const { id } = made.body;
    expect(api.woken).toContain(id);
    expect((await call('GET', `/${id}`)).body).toEqual(made.body);
    expect((await call('GET', `/${id}/status`)).body).toMatchObject({
      tenantId: id,
      status: 'STARTING',
      isLoggedIn: false,
      isConnected: false,
      session: { state: 'DISCONNECTED', account: null },
      worker: { status: 'STOPPED', generation: 0 },
      queues: { outbound: 0 },
    });
    expect(await events(id)).toMatchObject([
      ['tenant.created', { by: 'operator', name: 'Bakery' }],
      ['tenant.status', { status: 'STARTING' }],
    ]);
  });

  it('tell with a changed status what a person has to do about it', async () => {
    const id = await api.createTenant('Parked', { start: true });
    const park = (parkedReason: string | null) =>
      api.commit(async (tx) => {
        await tx.tenant.update({ where: { id }, data: { parkedReason } });
        return { events: await refreshTenantStatus(tx, id, new Date()), result: undefined };
      });
    await park('phone_logged_out');
    await park(null);
    expect((await events(id)).slice(-2)).toEqual([
      [
        'tenant.status',
        { status: 'ERROR', reason: 'phone_logged_out', userAction: 'link_again', previous: 'STARTING' },
      ],
      ['tenant.status', { status: 'STARTING', reason: null, userAction: null, previous: 'ERROR' }],
    ]);
  });

  it('asked for by twenty callers at once are all made, also while nothing can be committed for seconds', async () => {
    const asked = await api.db.$transaction(
      async (tx) => {
        // What every change of a tenant waits for before its commit (tenant-events.ts): as a disk that is very slow.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(7302001)`;
        const calls = Array.from({ length: 20 }, (_, index) => call('POST', '', { name: `Shop ${index}` }));
        await delay(4_000);
        return calls;
      },
      { timeout: 30_000 },
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
  });

  it('that are not to be started are NEW', async () => {
    const id = await api.createTenant('Later');
    expect((await call('GET', `/${id}`)).body).toMatchObject({ desiredState: 'STOPPED', status: 'NEW' });
  });

  it('are changed in the named fields only', async () => {
    const id = await api.createTenant('Before');
    await call('PATCH', `/${id}`, { phoneNumber: '15550100142' });
    expect((await call('PATCH', `/${id}`, { name: 'After' })).body).toMatchObject({
      name: 'After',
      phoneNumber: '15550100142',
    });
    expect((await call('PATCH', `/${id}`, { phoneNumber: null })).body.phoneNumber).toBeNull();
  });

  describe('with a proxy', () => {
    const url = 'socks5://customer:s%3Acret@203.0.113.7:1080';
    const shown = { url: 'socks5://customer@203.0.113.7:1080' };
    const proxyOf = async (id: TenantId) => {
      const { proxySealed } = await api.db.tenant.findUniqueOrThrow({ where: { id } });
      return proxySealed === null ? null : (await api.vault.open(id, 'proxy', proxySealed)).toString();
    };
    const replaced = async (id: TenantId) =>
      (await api.db.workerProcess.findUniqueOrThrow({ where: { tenantId: id } })).replaceGeneration;

    it('show its address and user, keep its password sealed, and log neither', async () => {
      const made = await call('POST', '', { name: 'Bakery', start: false, proxy: { url } });
      expect(made).toMatchObject({ status: 201, body: { proxy: shown } });
      const { id } = made.body;
      expect((await call('GET', `/${id}`)).body.proxy).toEqual(shown);
      expect(await proxyOf(id)).toBe(url);
      const row = await api.db.tenant.findUniqueOrThrow({ where: { id } });
      expect(Buffer.from(row.proxySealed ?? []).includes('cret')).toBe(false);
      expect(JSON.stringify([await events(id), api.logLines])).not.toMatch(/cret|customer/);
    });

    it('get another worker with another proxy, and none for the same again', async () => {
      const id = await api.createTenant('Bakery');
      await api.db.workerProcess.update({ where: { tenantId: id }, data: { generation: 7 } });
      const change = async (proxy: { url: string } | null) => {
        await api.db.workerProcess.update({ where: { tenantId: id }, data: { replaceGeneration: null } });
        const { body } = await call('PATCH', `/${id}`, { proxy });
        return [body.proxy, await replaced(id)];
      };
      expect(await change(null)).toEqual([null, null]);
      expect(await change({ url })).toEqual([shown, 7]);
      expect(await change({ url })).toEqual([shown, null]);
      expect(await change({ url: url.replace('s%3Acret', 'other') })).toEqual([shown, 7]);
      expect(await proxyOf(id)).toBe(url.replace('s%3Acret', 'other'));
      expect(await change(null)).toEqual([null, 7]);
      expect(await proxyOf(id)).toBeNull();
      await call('PATCH', `/${id}`, { name: 'Florist' });
      expect(api.woken).toContain(id);
    });

    it.each([
      ['nonsense', 'must be an address'],
      ['https://203.0.113.7:8080', 'must begin with'],
      ['socks4://203.0.113.7:1080', 'must begin with'],
      ['http://203.0.113.7:8080/path', 'must end with the port'],
      ['socks5://user@203.0.113.7:1080', 'both user and password'],
      ['socks5://user:100%@203.0.113.7:1080', 'percent-encoded'],
      [`socks5://user:${'x'.repeat(256)}@203.0.113.7:1080`, 'at most 255 bytes'],
      ['http://a%3Ab:secret@203.0.113.7:8080', 'without a colon'],
    ])('are refused %s', async (wrong, message) => {
      const answer = await call('POST', '', { name: 'Bakery', proxy: { url: wrong } });
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'proxy.url', message: expect.stringContaining(message) }] },
      });
    });
  });

  it('started and stopped again and again are so once', async () => {
    const id = await api.createTenant('Bakery');
    const seen = async () =>
      (await events(id)).filter(([type]: [string]) => type === 'action.requested').length;
    for (let times = 0; times < 3; times++) {
      expect((await call('POST', `/${id}/worker/start`)).body.desiredState).toBe('RUNNING');
    }
    expect(await seen()).toBe(1);
    for (let times = 0; times < 3; times++) {
      expect((await call('POST', `/${id}/worker/stop`)).body.desiredState).toBe('STOPPED');
    }
    expect(await seen()).toBe(2);
  });

  it('say who stopped them, and how many wait before them for a place to boot in', async () => {
    const { id } = (await call('POST', '', { name: 'Bakery' })).body;
    const status = async () => (await call('GET', `/${id}/status`)).body;
    expect(await status()).toMatchObject({ stoppedBy: null, place: null });
    api.boots.waiting.push(
      { tenantId: 'ten_first' as never, since: 0, wasLinked: true },
      { tenantId: id, since: 0, wasLinked: false },
    );
    const data = { status: 'STARTING', statusReason: 'capacity_wait' } as const;
    await api.db.tenant.update({ where: { id }, data });
    expect(await status()).toMatchObject({ place: 2 });
    api.boots.waiting.length = 0;
    await api.admin('PUT', `/admin/tenants/${id}/users/olive@example.com`, { body: { role: 'OWNER' } });
    await api.asPerson('olive@example.com')('POST', '/portal/tenant/current/worker/stop');
    expect(await status()).toMatchObject({ stoppedBy: 'olive@example.com', place: null });
    await call('POST', `/${id}/worker/start`);
    expect(await status()).toMatchObject({ stoppedBy: null });
  });

  it('that wait for a person go on when started or restarted', async () => {
    for (const verb of ['start', 'restart']) {
      const id = await api.createTenant('Parked', { start: true });
      await api.db.tenant.update({ where: { id }, data: { parkedReason: 'qr_expired' } });
      expect((await call('POST', `/${id}/worker/${verb}`)).status).toBe(202);
      expect(await api.db.tenant.findUnique({ where: { id } })).toMatchObject({
        parkedReason: null,
        desiredState: 'RUNNING',
      });
    }
  });

  it('opened in another place are used here when a person says so, once; a stop takes it back', async () => {
    const id = await api.createTenant('Bakery', { owner: 'person@example.com' });
    const session = () => api.db.whatsappSession.findUniqueOrThrow({ where: { tenantId: id } });
    const tenant = () => api.db.tenant.findUniqueOrThrow({ where: { id } });
    const takeOver = () => call('POST', `/${id}/session/take-over`);
    const before = await events(id);
    expect((await takeOver()).status).toBe(202);
    expect(await events(id)).toEqual(before);

    const parked = { desiredState: 'RUNNING' as const, parkedReason: 'opened_elsewhere' };
    await api.db.tenant.update({ where: { id }, data: parked });
    for (let times = 0; times < 2; times++) expect((await takeOver()).status).toBe(202);
    expect(await session()).toMatchObject({ takeOver: true });
    expect(await tenant()).toMatchObject({ desiredState: 'RUNNING', parkedReason: null });
    expect((await events(id)).filter(([type]: [string]) => type === 'action.requested')).toEqual([
      ['action.requested', { action: 'take-over', by: 'operator' }],
    ]);

    await call('POST', `/${id}/worker/stop`);
    expect(await session()).toMatchObject({ takeOver: false });
    await api.db.tenant.update({ where: { id }, data: parked });
    const person = api.asPerson('person@example.com');
    expect((await person('POST', '/portal/tenant/current/session/take-over')).status).toBe(202);
    expect(await session()).toMatchObject({ takeOver: true });
  });

  it('are restarted by hand once in 30 s, unless forced', async () => {
    const id = await api.createTenant('Bakery', { start: true, owner: 'owner@example.com' });
    await api.db.workerProcess.update({ where: { tenantId: id }, data: { generation: 3 } });
    const worker = () => api.db.workerProcess.findUniqueOrThrow({ where: { tenantId: id } });

    expect((await call('POST', `/${id}/worker/restart`)).status).toBe(202);
    expect((await worker()).replaceGeneration).toBe(3);

    await api.db.workerProcess.update({
      where: { tenantId: id },
      data: { generation: 4, replaceGeneration: null },
    });
    const before = await events(id);
    for (const again of [
      await call('POST', `/${id}/worker/restart`),
      await api.asPerson('owner@example.com')('POST', '/portal/tenant/current/worker/restart'),
    ]) {
      expect(again).toMatchObject({ status: 429, body: { code: 'TOO_SOON' } });
      const retryAfter = Number(again.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(30);
    }
    expect((await worker()).replaceGeneration).toBeNull();
    expect(await events(id)).toEqual(before);

    expect((await call('POST', `/${id}/worker/force-restart`)).status).toBe(202);
    expect((await worker()).replaceGeneration).toBe(4);

    api.passMs(30_000);
    const byPerson = await api.asPerson('owner@example.com')('POST', '/portal/tenant/current/worker/restart');
    expect(byPerson.status).toBe(202);
    expect((await events(id)).at(-1)).toEqual([
      'action.requested',
      { action: 'restart', by: 'owner@example.com' },
    ]);
  });

  it('logged out again and again are so once; a start before it is done starts anew', async () => {
    const id = await api.createTenant('Bakery');
    const pendingAct = async () =>
      (await api.db.workerProcess.findUniqueOrThrow({ where: { tenantId: id } })).pendingAct;
    for (let times = 0; times < 3; times++) {
      expect((await call('POST', `/${id}/session/logout`)).status).toBe(202);
    }
    expect(await pendingAct()).toBe('logout');
    const asked = (await events(id)).filter(([type]: [string]) => type === 'action.requested');
    expect(asked).toMatchObject([['action.requested', { action: 'logout' }]]);
    expect((await call('POST', `/${id}/worker/start`)).status).toBe(202);
    expect(await pendingAct()).toBe('reset');
  });

  it('being erased can be erased again, and nothing else', async () => {
    const id = await api.createTenant('Bakery', { start: true });
    for (let times = 0; times < 2; times++) {
      expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 202, body: { status: 'ERASING' } });
    }
    expect((await call('GET', `/${id}/status`)).body.status).toBe('ERASING');
    const before = await events(id);
    const changes: [string, string, unknown][] = [
      ['PATCH', '', { name: 'x' }],
      ['POST', '/worker/start', undefined],
      ['POST', '/worker/stop', undefined],
      ['POST', '/worker/restart', undefined],
      ['POST', '/worker/force-restart', undefined],
      ['POST', '/session/logout', undefined],
      ['POST', '/session/take-over', undefined],
      ['POST', '/session/pairing-code', { phoneNumber: '15550100142' }],
      ['POST', '/messages', { chatId: '15550100142', body: 'Hello' }],
      ['PUT', '/users/owner@example.com', { role: 'OWNER' }],
    ];
    for (const [method, path, body] of changes) {
      const answer = await call(method, `/${id}${path}`, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 409, 'TENANT_ERASING']);
    }
    expect(await events(id)).toEqual(before);
  });
});

describe('the list of tenants', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  const list = async (query: string) => (await api.admin('GET', `/admin/tenants?${query}`)).body;
  const names = async (query: string) => (await list(query)).items.map((item: any) => item.name);

  it('gives every tenant exactly once over its pages while others are added', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 23; index++) ids.push(await api.createTenant(`Paged ${index}`));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: any = await list(`limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map((item: any) => item.id));
      cursor = page.nextCursor;
      await api.createTenant('Added meanwhile');
    }
    expect(seen).toEqual(ids.reverse());
  });

  it('finds by part of the name whatever its case, by digits of the number, and by id', async () => {
    const id = await api.createTenant('Unique 100%_Name');
    await api.createTenant('Unique 100 Name');
    await api.admin('PATCH', `/admin/tenants/${id}`, { body: { phoneNumber: '15550100987' } });
    expect(await names(`q=${encodeURIComponent('uNIQUE 100%')}`)).toEqual(['Unique 100%_Name']);
    expect(await names(`q=${encodeURIComponent('100%_')}`)).toEqual(['Unique 100%_Name']);
    expect(await names(`q=${encodeURIComponent('+1 555-0100-987')}`)).toEqual(['Unique 100%_Name']);
    expect(await names(`q=${id}`)).toEqual(['Unique 100%_Name']);
    expect(await names(`q=${encodeURIComponent("'; DROP TABLE tenants; --")}`)).toEqual([]);
  });

  it('shows and finds green that has expired as RECOVERING', async () => {
    const id = await api.createTenant('Green');
    const until = (ms: number) =>
      api.db.tenant.update({
        where: { id },
        data: { desiredState: 'RUNNING', status: 'ACTIVE', greenUntil: new Date(Date.now() + ms) },
      });
    await until(60_000);
    expect(await names('status=ACTIVE')).toEqual(['Green']);
    expect(await names('status=RECOVERING')).toEqual([]);
    await until(-1);
    expect(await names('status=ACTIVE')).toEqual([]);
    expect((await list('status=RECOVERING')).items).toMatchObject([
      { name: 'Green', status: 'RECOVERING', reason: { code: 'probe_overdue' } },
    ]);
    expect((await api.admin('GET', `/admin/tenants/${id}/status`)).body).toMatchObject({
      status: 'RECOVERING',
      isConnected: false,
    });
  });
});
