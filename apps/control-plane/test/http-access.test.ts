import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, asPortal } from '@wafleet/testing';
import type { Route } from '../src/http/route';
import { startTestApi, type TestApi } from './test-api';

/** An address of each route; a key is asked for before anything else is looked at, so ids need not exist. */
const addressOf = (route: Route) => route.path.replaceAll(/:(\w+)/g, 'any-$1');

describe('every registered route', () => {
  let api: TestApi;
  let closed: Route[];

  beforeAll(async () => {
    api = await startTestApi();
    await api.createTenant('Bakery', { owner: 'owner@example.com' });
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

  it('asks for a key, but for those that tell of health', () => {
    const open = api.routes.filter((route) => route.auth === 'none').map((route) => route.path);
    expect(open).toEqual(['/healthz', '/readyz']);
    expect(closed.length).toBeGreaterThan(25);
    for (const route of closed) expect(route.path.split('/')[1]).toBe(route.auth);
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

  it('is closed to the key of the other API', async () => {
    const admin = closed.filter((route) => route.auth === 'admin');
    const portal = closed.filter((route) => route.auth === 'portal');
    expect(await answers(asAdmin(api.portalKey), admin)).toEqual(refused(admin));
    expect(await answers(asPortal(api.portalKey, 'owner@example.com'), admin)).toEqual(refused(admin));
    expect(await answers(asAdmin(api.adminKey), portal)).toEqual(refused(portal));
    expect(await answers(asPortal(api.adminKey, 'owner@example.com'), portal)).toEqual(refused(portal));
  });

  it('is closed to a revoked key at once', async () => {
    const made = (await api.admin('POST', '/admin/keys', { body: { kind: 'ADMIN', name: 'gone' } })).body;
    const gone = api.anyone(asAdmin(made.key));
    expect((await gone('GET', '/admin/keys')).status).toBe(200);
    await api.admin('DELETE', `/admin/keys/${made.id}`);
    expect((await gone('GET', '/admin/keys')).status).toBe(401);
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
