import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreateTenantKey, TenantId } from '@wafleet/contracts';
import { asAdmin } from '@wafleet/testing';
import { endedKeyRetention } from '../../src/users/forget-keys';
import { startTestApi, type TestApi } from '../test-api';

const hourMs = 3_600_000;

describe("keys of a tenant's programs", () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi({ trustedProxies: ['127.0.0.0/8'] });
    tenantId = await api.createTenant('Bakery');
  });
  afterAll(() => api?.stop());

  const statusFrom = async (key: string, address: string) =>
    (await api.anyone({ ...asAdmin(key), 'x-forwarded-for': address })('GET', '/v1/status')).status;
  const inFuture = (ms: number) => new Date(Date.now() + ms).toISOString();

  it('are shown once and stored as a hash only', async () => {
    const { key, id } = await api.asProgram(tenantId);
    expect(key).toMatch(/^wft_[\w-]{43}$/);
    const listed = (await api.admin('GET', `/admin/tenants/${tenantId}/keys`)).body;
    expect(listed.items.map((item: { id: string }) => item.id)).toContain(id);
    expect(JSON.stringify(listed)).not.toContain(key);
    expect(JSON.stringify(await api.db.apiKey.findMany())).not.toContain(key);
    expect(api.logLines.join('')).not.toContain(key);
    const ofFleet = JSON.stringify((await api.admin('GET', '/admin/keys')).body);
    expect(ofFleet).not.toContain(id);
    expect((await api.admin('DELETE', `/admin/keys/${id}`)).status).toBe(404);
  });

  it('imply the tenant, and say when they were last used', async () => {
    const { call, id } = await api.asProgram(tenantId);
    expect((await call('GET', '/v1/status')).body.tenantId).toBe(tenantId);
    const { items } = (await call('GET', '/v1/keys')).body;
    expect(items.find((item: { id: string }) => item.id === id).lastUsedAt).not.toBeNull();
  });

  it('are listed newest first, page by page, and told of in events', async () => {
    const other = await api.createTenant('Florist');
    const made = [];
    for (const name of ['one', 'two', 'three']) made.unshift((await api.asProgram(other, { name })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await api.admin('GET', `/admin/tenants/${other}/keys?limit=1${query}`);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(made);
    for (let times = 0; times < 2; times++) {
      expect((await api.admin('DELETE', `/admin/tenants/${other}/keys/${made[0]}`)).status).toBe(204);
    }
    const events = (await api.admin('GET', `/admin/tenants/${other}/events`)).body.items;
    expect(
      events.map((event: { type: string; data: { name: string } }) => [event.type, event.data.name]),
    ).toEqual([
      ['key.revoked', 'three'],
      ['key.created', 'three'],
      ['key.created', 'two'],
      ['key.created', 'one'],
      ['tenant.created', 'Florist'],
    ]);
  });

  it('are at most fifty at once', async () => {
    const other = await api.createTenant('Grocer');
    for (let count = 0; count < 50; count++) await api.asProgram(other);
    const more = { body: { name: 'more', scopes: ['read'] } };
    const refused = await api.admin('POST', `/admin/tenants/${other}/keys`, more);
    expect(refused).toMatchObject({ status: 409, body: { code: 'TOO_MANY' } });
    const [{ id }] = (await api.admin('GET', `/admin/tenants/${other}/keys`)).body.items;
    await api.admin('DELETE', `/admin/tenants/${other}/keys/${id}`);
    expect((await api.admin('POST', `/admin/tenants/${other}/keys`, more)).status).toBe(201);
  });

  it('with addresses open from these only, IPv4 and IPv6, as a trusted proxy tells', async () => {
    const { key } = await api.asProgram(tenantId, { addresses: ['203.0.113.7', '2001:db8::/32'] });
    expect(await statusFrom(key, '203.0.113.7')).toBe(200);
    expect(await statusFrom(key, '::ffff:203.0.113.7')).toBe(200);
    expect(await statusFrom(key, '2001:db8:1::5')).toBe(200);
    expect(await statusFrom(key, '203.0.113.8')).toBe(403);
    expect(await statusFrom(key, '2001:db9::1')).toBe(403);
    expect(await statusFrom(key, 'nonsense')).toBe(403);
    // Only the last that no trusted proxy added itself counts.
    expect(await statusFrom(key, '203.0.113.7, 198.51.100.1')).toBe(403);
  });

  it('without a trusted proxy open by the address of the connection, whatever a header says', async () => {
    const direct = await startTestApi();
    const of = await direct.createTenant('Bakery');
    const { key } = await direct.asProgram(of, { addresses: ['127.0.0.0/8'] });
    const { key: elsewhere } = await direct.asProgram(of, { addresses: ['203.0.113.0/24'] });
    const spoofed = { 'x-forwarded-for': '203.0.113.7' };
    expect((await direct.anyone({ ...asAdmin(key), ...spoofed })('GET', '/v1/status')).status).toBe(200);
    expect((await direct.anyone({ ...asAdmin(elsewhere), ...spoofed })('GET', '/v1/status')).status).toBe(
      403,
    );
    await direct.stop();
  });

  it.each<[string, Partial<CreateTenantKey>, Partial<CreateTenantKey>, string[]]>([
    ['a scope that it lacks', { scopes: ['manage'] }, { scopes: ['manage', 'send'] }, ['scopes']],
    ['a later end', { expiresAt: inFuture(hourMs) }, { expiresAt: inFuture(2 * hourMs) }, ['expiresAt']],
    [
      'other addresses',
      { addresses: ['127.0.0.0/8'] },
      { addresses: ['127.0.0.1', '10.0.0.1'] },
      ['addresses'],
    ],
    ['wider addresses', { addresses: ['127.0.0.0/8'] }, { addresses: ['127.0.0.0/7'] }, ['addresses']],
  ])('make no key with %s', async (_what, maker, wanted, fields) => {
    const { call } = await api.asProgram(tenantId, maker);
    const answer = await call('POST', '/v1/keys', {
      body: { name: 'stronger', scopes: ['manage'], ...wanted },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual(fields);
  });

  it('give a key that they make their own end and addresses where it names none', async () => {
    const limits = { expiresAt: inFuture(hourMs), addresses: ['127.0.0.0/8'] };
    const { call } = await api.asProgram(tenantId, limits);
    expect(
      (await call('POST', '/v1/keys', { body: { name: 'like it', scopes: ['read'] } })).body,
    ).toMatchObject(limits);
  });

  it('may revoke themselves, and are closed at once', async () => {
    const { call, id } = await api.asProgram(tenantId);
    expect((await call('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    expect((await call('GET', '/v1/keys')).status).toBe(401);
  });

  it('that ended are listed for three months, then forgotten; those that are valid stay', async () => {
    const other = await api.createTenant('Old');
    const [revoked, valid] = [await api.asProgram(other), await api.asProgram(other)];
    await api.asProgram(other, { expiresAt: inFuture(30 * 24 * hourMs) });
    await api.admin('DELETE', `/admin/tenants/${other}/keys/${revoked.id}`);
    const listedAfter = async (days: number) => {
      const now = () => new Date(Date.now() + days * 24 * hourMs);
      await endedKeyRetention({ db: api.db, now }).run();
      return (await api.admin('GET', `/admin/tenants/${other}/keys`)).body.items.length;
    };
    expect([await listedAfter(89), await listedAfter(91), await listedAfter(121)]).toEqual([3, 2, 1]);
    expect((await api.admin('GET', `/admin/tenants/${other}/keys`)).body.items[0].id).toBe(valid.id);
  });

  it('are gone with their tenant', async () => {
    const other = await api.createTenant('Gone');
    const { call } = await api.asProgram(other);
    await api.db.tenant.delete({ where: { id: other } });
    api.passMs(10_000);
    expect((await call('GET', '/v1/status')).status).toBe(401);
  });
});

describe('the pace of keys', () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi({ keyRequestsPerMinute: 30 });
    tenantId = await api.createTenant('Bakery');
  });
  afterAll(() => api?.stop());

  it('lets a burst through, tells what is left, then says when to come again', async () => {
    const { call } = await api.asProgram(tenantId);
    const answers = [];
    for (let count = 0; count < 6; count++) answers.push(await call('GET', '/v1/status'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"key";q=5;w=10');
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"key";r=4;t=2$/);
    const refused = answers.at(-1);
    expect(refused?.body).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused?.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    api.passMs(2_000);
    expect((await call('GET', '/v1/status')).status).toBe(200);
  });

  it('is of each key: another one of the same tenant has its own', async () => {
    const [one, other] = [await api.asProgram(tenantId), await api.asProgram(tenantId)];
    for (let count = 0; count < 6; count++) await one.call('GET', '/v1/status');
    expect((await one.call('GET', '/v1/status')).status).toBe(429);
    expect((await other.call('GET', '/v1/status')).status).toBe(200);
  });
});
