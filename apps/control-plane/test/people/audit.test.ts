import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, TenantId } from '@wafleet/contracts';
import { asAdmin, eventually } from '@wafleet/testing';
import type { Route } from '../../src/http/routing/route';
import { auditRetention } from '../../src/audit/forget-audit';
import { type SignedInBrowser, startTestApi, type TestApi, webOrigin } from '../test-api';

let api: TestApi;
let bakery: TenantId;
let owner: SignedInBrowser;
let admin: SignedInBrowser;

beforeAll(async () => {
  api = await startTestApi();
  bakery = await api.createTenant('Bakery', { owner: 'owner@example.com' });
  owner = await api.signIn('owner@example.com');
  admin = await api.signIn('admin@example.com', { fleetRole: 'ADMIN' });
});
afterAll(() => api?.stop());

/** Entries are stored a moment after the answer. */
async function entry(query: string, fits: (entry: AuditEntry) => boolean = () => true): Promise<AuditEntry> {
  return eventually(
    async () => {
      const { items } = (await api.admin('GET', `/admin/audit?limit=200&${query}`)).body;
      return items.find(fits);
    },
    { timeoutMs: 60_000, what: `an audit entry with ${query}` },
  );
}

describe('the audit log', () => {
  it('has every changing call of every door, what operators read of texts, and nothing else that only reads', async () => {
    const program = await api.asProgram(bakery);
    const web = { origin: webOrigin, 'x-portal-key': api.portalKey };
    const { url } = (await api.admin('POST', `/admin/tenants/${bakery}/onboarding-link`, { body: {} })).body;
    const opened = await api.anyone(web)('POST', '/link/open', { body: { token: url.split('/').at(-1) } });
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const headersOf: Partial<Record<Route['auth'], Record<string, string>>> = {
      admin: asAdmin(api.adminKey),
      portal: owner.headers,
      v1: asAdmin(program.key),
      person: owner.headers,
      web,
      link: { ...web, cookie },
    };
    const rows = api.routes.filter(
      ({ auth, mediaTypes }) => auth !== 'none' && mediaTypes[0] !== 'text/event-stream',
    );
    const named = rows.map((route) => [`${route.method} ${route.path}`, route] as const);
    for (const [, route] of named) {
      const path = route.path.replaceAll(/:(\w+)/g, 'any-$1');
      await api.anyone(headersOf[route.auth] ?? {})(route.method, path);
    }
    const isKept = ({ method, reveals, auth }: Route) => method !== 'GET' || (reveals && auth === 'admin');
    const changing = named.filter(([, route]) => isKept(route)).map(([action]) => action);
    const reads = changing.filter((action) => action.startsWith('GET'));
    expect(reads.length).toBeGreaterThan(2);
    const kept = new Set<string>();
    await eventually(
      async () => {
        const found = await api.db.auditEntry.findMany({ select: { action: true } });
        for (const { action } of found) kept.add(action);
        return changing.every((action) => kept.has(action));
      },
      {
        timeoutMs: 60_000,
        what: () => `an entry of ${changing.filter((action) => !kept.has(action)).join(', ')}`,
      },
    );
    expect([...kept].filter((action) => action.startsWith('GET')).sort()).toEqual(reads.sort());
  });

  it('says who did what to which tenant, from where, and what came of it', async () => {
    const asked = { headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }, body: { name: 'Bakery' } };
    await admin.call('PATCH', `/admin/tenants/${bakery}`, asked);
    expect(await entry(`actor=admin@example.com&tenantId=${bakery}`)).toMatchObject({
      actor: { kind: 'person', id: admin.userId, label: 'admin@example.com' },
      action: 'PATCH /admin/tenants/:tenantId',
      tenantId: bakery,
      from: '203.0.113.9',
      outcome: 'done',
      status: 200,
      detail: { what: expect.any(String), requestId: expect.any(String) },
    });
  });

  it('names a tenant that is made, and keeps what was done to one that is erased', async () => {
    const { body } = await admin.call('POST', '/admin/tenants', { body: { name: 'Short', start: false } });
    await admin.call('DELETE', `/admin/tenants/${body.id}`);
    const erased = await entry(`tenantId=${body.id}`, ({ action }) => action.startsWith('DELETE'));
    expect(erased.outcome).toBe('done');
    expect((await entry(`tenantId=${body.id}`, ({ action }) => action.startsWith('POST'))).status).toBe(201);
  });

  it('has what was refused to somebody known, and by whom it was tried', async () => {
    await owner.call('POST', '/admin/alerts/test');
    expect(await entry('actor=owner@example.com', ({ status }) => status === 403)).toMatchObject({
      action: 'POST /admin/alerts/test',
      status: 403,
      detail: { problem: 'FORBIDDEN' },
    });
    const foreign = api.anyone({ ...admin.headers, origin: 'http://evil.example' });
    await foreign('POST', `/admin/tenants/${bakery}/worker/restart`);
    const tried = await entry(
      'actor=admin@example.com',
      ({ detail }) => detail['problem'] === 'ORIGIN_NOT_ALLOWED',
    );
    expect(tried.tenantId).toBe(bakery);
  });

  it('has sign-ins, those that failed too, and no password', async () => {
    const password = 'a password that nobody has';
    const answer = await fetch(`${api.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: webOrigin, 'x-portal-key': api.portalKey },
      body: JSON.stringify({ email: 'owner@example.com', password }),
      signal: AbortSignal.timeout(30_000),
    });
    expect(answer.status).toBe(401);
    const failed = await entry('actor=owner@example.com', ({ actor }) => actor.kind === 'unknown');
    expect(failed).toMatchObject({ outcome: 'refused', detail: { step: '/sign-in/email' } });
    await entry(
      'actor=owner@example.com',
      ({ action, outcome }) => action.includes('/api/auth') && outcome === 'done',
    );
    const everything = JSON.stringify(await api.db.auditEntry.findMany());
    for (const secret of [password, owner.password, api.adminKey, api.portalKey])
      expect(everything).not.toContain(secret);
  });

  it('tells that an operator looked at a workspace, once in a while', async () => {
    const looking = api.anyone({ ...admin.headers, 'x-tenant-id': bakery });
    await looking('GET', '/portal/me');
    await looking('GET', '/portal/me');
    await entry(`actor=admin@example.com&action=VIEW`);
    // A later entry is stored: so would be a second one of the look.
    await admin.call('POST', '/admin/alerts/test');
    await entry('actor=admin@example.com&action=POST /admin/alerts/test');
    expect(await api.db.auditEntry.count({ where: { action: { startsWith: 'VIEW' } } })).toBe(1);
  });

  it("shows a workspace its own, and operators' deeds without their names", async () => {
    const florist = await api.createTenant('Florist', { owner: 'florist@example.com' });
    await admin.call('PATCH', `/admin/tenants/${florist}`, { body: { name: 'Florist' } });
    await entry(`actor=admin@example.com&tenantId=${florist}`);
    const person = await api.signIn('florist@example.com');
    const { items } = (await person.call('GET', '/portal/tenant/current/audit')).body;
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((one: AuditEntry) => one.tenantId))).toEqual(new Set([florist]));
    expect(items[0]).toMatchObject({ actor: { kind: 'operator', id: '', label: 'operator' }, from: null });
    expect(JSON.stringify(items)).not.toContain('admin@example.com');
  });

  it('is read page by page, and before a time', async () => {
    const first = (await api.admin('GET', '/admin/audit?limit=2')).body;
    expect(first.items).toHaveLength(2);
    const next = (await api.admin('GET', `/admin/audit?limit=2&cursor=${first.nextCursor}`)).body;
    expect(next.items[0].id < first.items[1].id).toBe(true);
    const before = encodeURIComponent(next.items[0].at);
    const earlier = (await api.admin('GET', `/admin/audit?before=${before}`)).body.items as AuditEntry[];
    expect(earlier.every(({ at }) => at < next.items[0].at)).toBe(true);
    expect((await api.admin('GET', '/admin/audit?cursor=none')).status).toBe(400);
  });

  it('goes on after the database was away', async () => {
    const began = new Date().toISOString();
    await admin.call('PATCH', `/admin/tenants/${bakery}`, { body: { name: 'Bakery' } });
    api.setDatabaseReachable(false);
    // Nobody can be asked who this is: only what was known before waits.
    await admin.call('POST', '/admin/alerts/test');
    api.setDatabaseReachable(true);
    await entry(`actor=admin@example.com&tenantId=${bakery}&action=PATCH`, ({ at }) => at >= began);
  });

  it('forgets what is past its time, and what programs did sooner', async () => {
    // Entries are stored in the order of the deeds: once this one is there, none is on its way.
    const began = new Date().toISOString();
    await admin.call('POST', '/admin/alerts/test');
    await entry('actor=admin@example.com&action=POST /admin/alerts/test', ({ at }) => at >= began);
    const now = () => new Date(Date.now() + 40 * 24 * 60 * 60 * 1_000);
    await auditRetention({ db: api.db, keepDays: 365, now }).run();
    const kinds = await api.db.auditEntry.groupBy({ by: ['actorKind'] });
    expect(kinds.map(({ actorKind }) => actorKind)).not.toContain('tenant_key');
    expect(kinds.length).toBeGreaterThan(1);
    await auditRetention({ db: api.db, keepDays: 39, now }).run();
    expect(await api.db.auditEntry.count()).toBe(0);
  });
});
