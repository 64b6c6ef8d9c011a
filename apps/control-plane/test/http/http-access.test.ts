import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyScopes, type TenantId } from '@wafleet/contracts';
import { asAdmin, asPortal } from '@wafleet/testing';
import type { Route } from '../../src/http/routing/route';
import { startTestApi, type TestApi } from '../test-api';

/** An address of each route; a key is asked for before anything else is looked at, so ids need not exist. */
const addressOf = (route: Route) => route.path.replaceAll(/:(\w+)/g, 'any-$1');

describe('every registered route', () => {
  let api: TestApi;
  let closed: Route[];
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery', { owner: 'owner@example.com' });
    closed = api.routes.filter((route) => route.auth !== 'none');
  });
  afterAll(() => api?.stop());

  const answers = (headers: Record<string, string>, routes: readonly Route[]) =>
    Promise.all(
      routes.map(async (route) => {
        const { status, body } = await api.anyone(headers)(route.method, addressOf(route));
        return `${route.method} ${route.path} ${status} ${body.code}`;
      }),
    );
  const refused = (routes: readonly Route[]) =>
    routes.map((route) => `${route.method} ${route.path} 401 UNAUTHORIZED`);

  it('asks for a key, but for those that tell of health and of the API itself', () => {
    const open = api.routes.filter((route) => route.auth === 'none').map((route) => route.path);
    expect(open).toEqual(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/docs/:asset']);
    expect(closed.length).toBeGreaterThan(25);
    const ofWeb = closed.filter((route) => ['web', 'person', 'link'].includes(route.auth));
    for (const route of closed.filter((one) => !ofWeb.includes(one)))
      expect(route.path.split('/')[1]).toBe(route.auth);
  });

  it.each([
    ['no key', {}],
    ['an empty key', { authorization: 'Bearer ', 'x-portal-key': '', 'x-user-email': 'owner@example.com' }],
    [
      'a wrong key',
      { authorization: 'Bearer wfa_wrong', 'x-portal-key': 'wfp_wrong', 'x-user-email': 'owner@example.com' },
    ],
    ['another scheme', { authorization: 'Basic d3JvbmcK' }],
  ])('is closed with %s', async (_what, headers) => {
    expect(await answers(headers as Record<string, string>, closed)).toEqual(refused(closed));
  });

  it('is closed to the keys of the other APIs', async () => {
    const keys = { admin: api.adminKey, portal: api.portalKey, v1: (await api.asProgram(tenantId)).key };
    for (const [of, key] of Object.entries(keys)) {
      // The web app's key is a portal's.
      const opened = of === 'portal' ? ['portal', 'web'] : [of];
      const foreign = closed.filter((route) => !opened.includes(route.auth));
      expect(await answers(asAdmin(key), foreign)).toEqual(refused(foreign));
      expect(await answers(asPortal(key, 'owner@example.com'), foreign)).toEqual(refused(foreign));
    }
  });

  it('is closed to a revoked key at once', async () => {
    const made = (await api.admin('POST', '/admin/keys', { body: { kind: 'ADMIN', name: 'gone' } })).body;
    const gone = api.anyone(asAdmin(made.key));
    expect((await gone('GET', '/admin/keys')).status).toBe(200);
    await api.admin('DELETE', `/admin/keys/${made.id}`);
    expect((await gone('GET', '/admin/keys')).status).toBe(401);
  });

  it('below /v1 opens to the one scope that it names, and its refusal names it', async () => {
    const open = closed.filter((route) => route.auth === 'v1');
    expect(new Set(open.map((route) => route.scope))).toEqual(new Set(keyScopes));
    expect(closed.filter((route) => route.auth !== 'v1' && route.scope !== null)).toEqual([]);
    for (const scope of keyScopes) {
      const others = keyScopes.filter((other) => other !== scope);
      const [own, lacking] = await Promise.all(
        [[scope], others].map((scopes) => api.asProgram(tenantId, { scopes })),
      );
      for (const route of open.filter((candidate) => candidate.scope === scope)) {
        const refusal = await lacking?.call(route.method, addressOf(route));
        expect([addressOf(route), refusal]).toMatchObject([
          addressOf(route),
          { status: 403, body: { code: 'SCOPE_MISSING', scope } },
        ]);
        // What it does with nothing in its body is not of interest here: it was let in. A stream has no end to wait for.
        if (route.mediaTypes.includes('text/event-stream')) continue;
        const answer = await own?.call(route.method, addressOf(route));
        expect([addressOf(route), [401, 403].includes(answer?.status ?? 0)]).toEqual([
          addressOf(route),
          false,
        ]);
      }
    }
  });

  it.each<[string, (key: { key: string; id: string }) => unknown, string]>([
    ['revoked', ({ id }) => api.admin('DELETE', `/admin/tenants/${tenantId}/keys/${id}`), ''],
    ['expired', () => api.passMs(3_600_000), ''],
    ['cut short', () => undefined, 'cut'],
    ['longer than it is', () => undefined, 'long'],
    ['of another case', () => undefined, 'case'],
  ])('below /v1 is closed to a key that is %s', async (_how, end, malformed) => {
    const open = closed.filter((route) => route.auth === 'v1');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = await api.asProgram(tenantId, malformed === '' ? { expiresAt } : {});
    expect((await made.call('GET', '/v1/status')).status).toBe(200);
    await end(made);
    const { key } = made;
    const presented =
      malformed === 'cut'
        ? key.slice(0, -1)
        : malformed === 'long'
          ? `${key}A`
          : malformed === 'case'
            ? key.toUpperCase()
            : key;
    expect(await answers(asAdmin(presented), open)).toEqual(refused(open));
  });

  it('below /v1 is closed to a key from an address that it does not name', async () => {
    const open = closed.filter((route) => route.auth === 'v1');
    const { key } = await api.asProgram(tenantId, { addresses: ['203.0.113.0/24', '2001:db8::/32'] });
    expect(await answers(asAdmin(key), open)).toEqual(
      open.map((route) => `${route.method} ${route.path} 403 ADDRESS_NOT_ALLOWED`),
    );
  });

  it('of a control plane that stands by answers nothing but health', async () => {
    api.setActive(false);
    const headers = { ...asAdmin(api.adminKey), ...asPortal(api.portalKey, 'owner@example.com') };
    expect(await answers(headers, closed)).toEqual(
      closed.map((route) => `${route.method} ${route.path} 503 STANDBY`),
    );
    const anyone = api.anyone({});
    expect((await anyone('GET', '/healthz')).status).toBe(200);
    expect(await anyone('GET', '/readyz')).toMatchObject({ status: 503, body: { role: 'standby' } });
    api.setActive(true);
    expect(await anyone('GET', '/readyz')).toMatchObject({ status: 200, body: { role: 'active' } });
  });
});
