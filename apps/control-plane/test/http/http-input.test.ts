import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { asAdmin, asPortal, eventually } from '@wafleet/testing';
import { z } from 'zod';
import { bodyLimitBytes } from '../../src/http/input/json-body';
import type { Route } from '../../src/http/routing/route';
import { startTestApi, type TestApi } from '../test-api';

const unknownTenant = 'ten_01arz3ndektsv4rrffq69g5fav';

/** A body that each route with a body takes. */
const goodBodies: Record<string, unknown> = {
  'POST /admin/tenants': { name: 'Good' },
  'PATCH /admin/tenants/:tenantId': { name: 'Good' },
  'POST /admin/tenants/:tenantId/session/pairing-code': { phoneNumber: '+15550100123' },
  'POST /admin/tenants/:tenantId/messages': { chatId: '15550100123', body: 'Hello' },
  'POST /admin/tenants/:tenantId/messages/bulk': { messages: [{ chatId: '15550100123', body: 'Hello' }] },
  'POST /admin/tenants/:tenantId/messages/:messageId/resolve': { outcome: 'sent' },
  'POST /admin/tenants/:tenantId/chats/:chatId/typing': { state: 'typing' },
  'PUT /admin/tenants/:tenantId/users/:email': { role: 'OWNER' },
  'POST /admin/tenants/:tenantId/webhooks': { url: 'https://receiver.example/hook' },
  'PATCH /admin/tenants/:tenantId/webhooks/:webhookId': { description: 'Good' },
  'POST /admin/tenants/:tenantId/webhooks/:webhookId/rotate-secret': { keepSeconds: 60 },
  'POST /admin/tenants/:tenantId/webhooks/:webhookId/replay': { since: '2026-01-01T00:00:00.000Z' },
  'PATCH /admin/tenants/:tenantId/chats/:chatId': { isPinned: true },
  'PUT /admin/tenants/:tenantId/contacts/:contactId/blocked': { isBlocked: true },
  'PUT /admin/tenants/:tenantId/messages/:messageId/starred': { isStarred: true },
  'PUT /admin/tenants/:tenantId/messages/:messageId/pinned': { forHours: 24 },
  'PATCH /admin/tenants/:tenantId/profile': { about: 'Good' },
  'PUT /admin/tenants/:tenantId/profile/picture': { mediaId: null },
  'POST /admin/tenants/:tenantId/groups': { subject: 'Good', participants: ['15550100123'] },
  'PATCH /admin/tenants/:tenantId/groups/:groupId': { subject: 'Good' },
  'POST /admin/tenants/:tenantId/groups/:groupId/participants': {
    change: 'add',
    participants: ['15550100123'],
  },
  'POST /admin/tenants/:tenantId/snapshots/:snapshotId/restore': { acceptRollback: false },
  'POST /admin/tenants/:tenantId/move-out': { snapshotId: 'snp_01arz3ndektsv4rrffq69g5fav' },
  'POST /admin/tenants/:tenantId/exports': { contactId: '15550100123' },
  'POST /admin/tenants/:tenantId/onboarding-link': { hours: 24 },
  'POST /admin/tenants/:tenantId/people': { email: 'good@example.com', role: 'STAFF' },
  'PATCH /admin/tenants/:tenantId/people/:userId': { role: 'STAFF' },
  'POST /admin/users': { email: 'good@example.com', fleetRole: 'VIEWER' },
  'PATCH /admin/users/:userId': { disabled: false },
  'PATCH /admin/tenants/:tenantId/retention': { messageDays: 30 },
  'POST /admin/incidents/acknowledge': { reason: 'worker_exited', whatsappWebVersion: null },
  'POST /admin/rollouts': { version: 'next' },
  'POST /admin/bulk': { action: 'start', tenantIds: [unknownTenant] },
  'POST /admin/keys': { kind: 'PORTAL', name: 'Good' },
  'POST /admin/tenants/:tenantId/keys': { name: 'Good', scopes: ['read'] },
};
/** A tenant's own programs, and its people, send what operators send about it. */
const goodBodyOf = ({ method, path }: Route): unknown =>
  goodBodies[`${method} ${path.replace(/^\/(v1|portal\/tenant\/current)\//, '/admin/tenants/:tenantId/')}`];
const nameOf = (route: Route) => `${route.method} ${route.path}`;
const shapeOf = (schema: z.ZodType) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : ['?']);

describe('every route', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let programKey: string;
  let closed: Route[];
  let before: string;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery', { owner: 'owner@example.com' });
    programKey = (await api.asProgram(tenantId)).key;
    // A browser's are for who has signed in: sign-in.test.ts.
    closed = api.routes.filter((route) => !['none', 'web', 'person', 'link'].includes(route.auth));
    before = await everythingStored();
  });
  afterAll(() => api?.stop());

  async function everythingStored(): Promise<string> {
    const { db } = api;
    const counts = await Promise.all([
      db.user.count(),
      db.apiKey.count(),
      db.message.count(),
      db.media.count(),
    ]);
    const tenants = await db.tenant.findMany({ include: { worker: true, events: true, members: true } });
    return JSON.stringify([counts, tenants], (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }

  const call = (route: Route, id: string, query: string, body: unknown) => {
    const path = route.path
      .replace(':tenantId', id)
      .replace(':email', 'owner@example.com')
      .replace(':chatId', '15550100123')
      .replace(':contactId', '15550100123')
      .replace(':phoneNumber', '15550100123')
      .replace(':groupId', '12036300@g.us')
      .replaceAll(/:\w+/g, 'any');
    const headers = {
      ...asAdmin(route.auth === 'v1' ? programKey : api.adminKey),
      ...asPortal(api.portalKey, 'owner@example.com'),
      'wafleet-move-key': 'k'.repeat(43),
    };
    return api.anyone(headers)(route.method, path + query, body === undefined ? {} : { body });
  };
  const fieldsOf = (answer: { body: any }): string[] =>
    (answer.body.errors ?? []).map((error: { field: string }) => error.field);

  it('that takes a body is in the table of this test', () => {
    const taking = closed.filter((route) => shapeOf(route.body).length > 0);
    expect(taking.filter((route) => goodBodyOf(route) === undefined).map(nameOf)).toEqual([]);
    const named = taking.map((route) =>
      nameOf(route).replace('/portal/tenant/current/', '/admin/tenants/:tenantId/'),
    );
    expect(Object.keys(goodBodies).filter((name) => !named.includes(name))).toEqual([]);
  });

  it('names an unknown field of the query', async () => {
    for (const route of closed) {
      const answer = await call(route, tenantId, '?surprise=1', goodBodyOf(route));
      expect([nameOf(route), answer.status, fieldsOf(answer)]).toEqual([nameOf(route), 400, ['surprise']]);
    }
  });

  it('that changes something names an unknown field of the body, also where it takes none', async () => {
    for (const route of closed.filter(({ method, takesBytes }) => method !== 'GET' && !takesBytes)) {
      const body = { ...(goodBodyOf(route) as object | undefined), surprise: 1 };
      const answer = await call(route, tenantId, '', body);
      expect([nameOf(route), answer.status, fieldsOf(answer)]).toEqual([nameOf(route), 400, ['surprise']]);
    }
  });

  it('that takes a body names each missing field of an absent one', async () => {
    const needing = closed.filter((route) => goodBodyOf(route) && !route.body.safeParse({}).success);
    for (const route of needing) {
      const answer = await call(route, tenantId, '', undefined);
      expect([nameOf(route), answer.status]).toEqual([nameOf(route), 400]);
      if (route.method !== 'PATCH') expect(fieldsOf(answer)).not.toContain('');
    }
  });

  it('with pages names a limit or cursor that can not be', async () => {
    const paged = closed.filter((route) => shapeOf(route.query).includes('limit'));
    expect(paged.length).toBeGreaterThanOrEqual(9);
    for (const route of paged) {
      for (const limit of ['0', '-1', 'many', '1e9', '1&limit=2']) {
        const answer = await call(route, tenantId, `?limit=${limit}`, undefined);
        expect([nameOf(route), limit, answer.status, fieldsOf(answer)]).toEqual([
          nameOf(route),
          limit,
          400,
          ['limit'],
        ]);
      }
      // What is not there has no list.
      if (!shapeOf(route.query).includes('cursor') || /:(jobId|rolloutId)/.test(route.path)) continue;
      for (const cursor of ['broken', Buffer.from('other-list:5').toString('base64url'), '%00', '']) {
        const answer = await call(route, tenantId, `?cursor=${cursor}`, undefined);
        expect([nameOf(route), cursor, answer.status, fieldsOf(answer)]).toEqual([
          nameOf(route),
          cursor,
          400,
          ['cursor'],
        ]);
      }
    }
  });

  it('about a tenant answers 404 for an unknown id and for what can not be one', async () => {
    // It brings the tenant.
    const isMoveIn = (route: Route) => route.path.endsWith('/move-in');
    const ofTenant = closed.filter((route) => route.path.includes(':tenantId') && !isMoveIn(route));
    expect(ofTenant.length).toBeGreaterThan(15);
    for (const route of ofTenant) {
      for (const id of [unknownTenant, 'nope', '%00', '%ff', '..%2f..%2fetc', `${tenantId}x`]) {
        const answer = await call(route, id, '', goodBodyOf(route));
        expect([nameOf(route), id, answer.status]).toEqual([nameOf(route), id, 404]);
      }
    }
  });

  it('has left nothing behind of all that was refused', async () => {
    expect(await everythingStored()).toBe(before);
  });
});

describe('input', () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery');
  });

  const half = '\ud83d';
  it.each<[string, string, unknown, string[]]>([
    ['POST', '/admin/tenants', { name: '  ' }, ['name']],
    ['POST', '/admin/tenants', { name: 'x'.repeat(101) }, ['name']],
    ['POST', '/admin/tenants', { name: 'NUL\0' }, ['name']],
    ['POST', '/admin/tenants', { name: half }, ['name']],
    ['POST', '/admin/tenants', { name: 'x', phoneNumber: '12', start: 'yes' }, ['phoneNumber', 'start']],
    ['POST', '/admin/tenants', [], ['']],
    ['POST', '/admin/tenants', { name: 'x', ['__proto__x']: {} }, ['__proto__x']],
    ['PATCH', '/admin/tenants/:id', {}, ['']],
    ['PATCH', '/admin/tenants/:id', { name: null }, ['name']],
    ['POST', '/admin/tenants/:id/messages', { chatId: 'nobody', body: '' }, ['chatId', 'body']],
    ['POST', '/admin/tenants/:id/messages', { chatId: '15550100123', body: 'a\0b' }, ['body']],
    ['POST', '/admin/tenants/:id/session/pairing-code', { phoneNumber: '000' }, ['phoneNumber']],
    ['PUT', '/admin/tenants/:id/users/nobody', { role: 'OWNER' }, ['email']],
    ['PUT', '/admin/tenants/:id/users/a@example.com', { role: 'KING' }, ['role']],
    ['POST', '/admin/keys', { kind: 'TENANT', name: 'x' }, ['kind']],
    ['POST', '/admin/tenants/:id/keys', { name: 'x', scopes: [] }, ['scopes']],
    [
      'POST',
      '/admin/tenants/:id/keys',
      { name: 'x', scopes: ['all'], addresses: ['10.0.0.0/33'] },
      ['scopes.0', 'addresses.0'],
    ],
    [
      'POST',
      '/admin/tenants/:id/keys',
      { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' },
      ['expiresAt'],
    ],
    ['GET', '/admin/tenants?status=GREEN', undefined, ['status']],
    ['GET', '/admin/tenants?q=', undefined, ['q']],
    ['GET', '/admin/tenants?q=%00', undefined, ['q']],
    ['GET', '/admin/tenants/:id/events?type=nothing', undefined, ['type']],
    ['GET', '/admin/tenants/:id/logs?level=loud', undefined, ['level']],
    ['GET', '/admin/tenants/:id/messages?chatId=nobody&direction=UP', undefined, ['direction', 'chatId']],
    ['GET', '/admin/events?tenantId=nope', undefined, ['tenantId']],
  ])('%s %s with %j names %j', async (method, path, body, fields) => {
    const answer = await api.admin(method, path.replace(':id', tenantId), body === undefined ? {} : { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual(fields);
  });

  it('in a header is named', async () => {
    const answer = await api.admin('POST', `/admin/tenants/${tenantId}/messages`, {
      body: { chatId: '15550100123', body: 'Hello' },
      headers: { 'idempotency-key': 'with a space' },
    });
    expect(answer.body.errors).toMatchObject([{ field: 'idempotency-key' }]);
  });

  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/admin/tenants`, {
      method: 'POST',
      headers: { ...asAdmin(api.adminKey), 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(20_000),
    }).then(async (response) => ({ status: response.status, body: (await response.json()) as any }));

  it.each(['{', '"text"', '{"name": "x"}}', '[[[['])('%s is malformed JSON', async (text) => {
    expect(await send(text)).toMatchObject({ status: 400, body: { code: 'MALFORMED_JSON' } });
  });

  it('as large as the limit is taken, and one byte more is answered 413 naming the limit', async () => {
    const bodyOf = (bytes: number) => JSON.stringify({ name: 'x' }).padEnd(bytes, ' ');
    expect(await send(bodyOf(bodyLimitBytes))).toMatchObject({ status: 201 });
    const refused = await send(bodyOf(bodyLimitBytes + 1));
    expect(refused).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(refused.body.detail).toContain(String(bodyLimitBytes));
  });

  it('deeply nested is refused like any unknown field', async () => {
    const depth = 60_000;
    const answer = await send(`{"name":"x","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'deep' }] } });
  });

  it('of another type than JSON, compressed, or in another charset is answered 415', async () => {
    const refused: Record<string, string>[] = [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-encoding': 'gzip' },
      { 'content-type': 'application/json; charset=latin1' },
    ];
    for (const headers of refused) {
      expect(await send('{"name":"x"}', headers)).toMatchObject({
        status: 415,
        body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
      });
    }
  });

  it('is read only after the key is known', async () => {
    const answer = await send('{', { authorization: 'Bearer wrong' });
    expect(answer).toMatchObject({ status: 401 });
  });

  it('is asked for in the methods and types that there are', async () => {
    const wrongMethod = await api.admin('PUT', `/admin/tenants/${tenantId}`, { body: {} });
    expect(wrongMethod).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(wrongMethod.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE');
    expect((await api.admin('GET', '/admin/nothing')).status).toBe(404);
    const wrongType = await api.admin('GET', '/admin/tenants', { headers: { accept: 'image/png' } });
    expect(wrongType).toMatchObject({ status: 406, body: { code: 'NOT_ACCEPTABLE' } });
  });
});

describe('what goes wrong on our side', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  it('is answered without a word of its cause, undoes everything, and is logged with the request id', async () => {
    await api.db.$executeRaw`ALTER TABLE tenant_events ADD CONSTRAINT planted CHECK (false) NOT VALID`;
    const answer = await fetch(`${api.url}/admin/tenants`, {
      method: 'POST',
      headers: { ...asAdmin(api.adminKey), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Half' }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    await api.db.$executeRaw`ALTER TABLE tenant_events DROP CONSTRAINT planted`;

    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/planted|prisma|tenant_events|at .*\.ts/i);
    const { code, requestId } = JSON.parse(text) as { code: string; requestId: string };
    expect(code).toBe('INTERNAL');
    expect(await api.db.tenant.count()).toBe(0);
    expect(api.woken).toEqual([]);
    expect(api.logLines.some((line) => line.includes(requestId) && line.includes('planted'))).toBe(true);
  });

  it('is a passing one while the database is away, and over when it is back', async () => {
    const id = await api.createTenant('Bakery');
    const paths = ['/admin/tenants', `/admin/tenants/${id}/status`];
    api.setDatabaseReachable(false);
    for (const path of paths) {
      const answer = await api.admin('GET', path);
      expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await api.admin('POST', `/admin/tenants/${id}/worker/start`)).body.code).toBe('UNAVAILABLE');
    api.setDatabaseReachable(true);
    for (const path of paths) {
      await eventually(async () => (await api.admin('GET', path)).status === 200, {
        timeoutMs: 60_000,
        what: `${path} answered again`,
      });
    }
    expect((await api.admin('GET', `/admin/tenants/${id}`)).body.desiredState).toBe('STOPPED');
  });
});
