import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import type { Route } from '../../src/http/routing/route';
import { type SignedInBrowser, startTestApi, type TestApi } from '../test-api';

/** Who is let in is settled before anything else of a request is looked at, so ids need not exist. */
const addressOf = (route: Route) => route.path.replaceAll(/:(\w+)/g, 'any-$1');
const changes = ({ method }: Route) => method !== 'GET';

describe('every registered route, through the web app', () => {
  let api: TestApi;
  let closed: Route[];
  let bakery: TenantId;
  let viewer: SignedInBrowser;
  let admin: SignedInBrowser;
  let owner: SignedInBrowser;
  let stranger: SignedInBrowser;

  beforeAll(async () => {
    api = await startTestApi();
    closed = api.routes.filter(({ auth }) => auth !== 'none' && auth !== 'web');
    bakery = await api.createTenant('Bakery', { owner: 'owner@example.com' });
    const florist = await api.createTenant('Florist');
    await api.admin('PUT', `/admin/tenants/${florist}/users/staff@example.com`, { body: { role: 'STAFF' } });
    viewer = await api.signIn('viewer@example.com', { fleetRole: 'VIEWER' });
    admin = await api.signIn('admin@example.com', { fleetRole: 'ADMIN' });
    owner = await api.signIn('owner@example.com');
    stranger = await api.signIn('staff@example.com');
  });
  afterAll(() => api?.stop());

  /** How each route answers: `in` where the caller was let in, whatever came of it. */
  const answers = async (headers: Record<string, string>, routes: readonly Route[]) => {
    const call = api.anyone(headers);
    const lines = await Promise.all(
      // A stream has no end to wait for; sign-in.test.ts opens them.
      routes.filter(isNoStream).map(async (route) => {
        const { status, body } = await call(route.method, addressOf(route));
        const isRefused = status === 401 || status === 403;
        return `${route.method} ${route.path} ${isRefused ? `${status} ${body.code}` : 'in'}`;
      }),
    );
    return lines;
  };
  const isNoStream = (route: Route) => !route.mediaTypes.includes('text/event-stream');
  const all = (routes: readonly Route[], outcome: string | ((route: Route) => string)) =>
    routes
      .filter(isNoStream)
      .map(
        (route) => `${route.method} ${route.path} ${typeof outcome === 'string' ? outcome : outcome(route)}`,
      );
  const of = (...auths: Route['auth'][]) => closed.filter(({ auth }) => auths.includes(auth));

  it('is closed to who is not signed in', async () => {
    const nobody = { origin: viewer.headers['origin'] as string, 'x-portal-key': api.portalKey };
    expect(await answers(nobody, closed)).toEqual(all(closed, '401 UNAUTHORIZED'));
  });

  it('is closed to a cookie that does not come through the web app', async () => {
    const { 'x-portal-key': _key, ...direct } = admin.headers;
    expect(await answers(direct, closed)).toEqual(all(closed, '401 UNAUTHORIZED'));
    const wrong = { ...admin.headers, 'x-portal-key': 'wfp_wrong' };
    expect(await answers(wrong, closed)).toEqual(all(closed, '401 UNAUTHORIZED'));
  });

  it('is read by a VIEWER, who changes nothing', async () => {
    const fleet = of('admin');
    expect(fleet.length).toBeGreaterThan(25);
    expect(await answers(viewer.headers, fleet)).toEqual(
      all(fleet, (route) => (changes(route) ? '403 FORBIDDEN' : 'in')),
    );
    expect(await answers(viewer.headers, of('portal'))).toEqual(all(of('portal'), '403 NO_TENANT'));
    expect(await answers(viewer.headers, of('v1'))).toEqual(all(of('v1'), '401 UNAUTHORIZED'));
  });

  it('of a workspace is read by people of the fleet who name it, and changed by none of them', async () => {
    for (const { headers } of [viewer, admin]) {
      expect(await answers({ ...headers, 'x-tenant-id': bakery }, of('portal'))).toEqual(
        all(of('portal'), (route) => (changes(route) ? '403 FORBIDDEN' : 'in')),
      );
    }
  });

  it('of the fleet is open to an ADMIN, and to nobody who has no role in it', async () => {
    expect(await answers(admin.headers, of('admin', 'person'))).toEqual(all(of('admin', 'person'), 'in'));
    for (const { headers } of [owner, stranger])
      expect(await answers(headers, of('admin'))).toEqual(all(of('admin'), '403 FORBIDDEN'));
  });

  it('of a workspace is open to its OWNER, and to nobody of another', async () => {
    expect(await answers(owner.headers, of('portal', 'person'))).toEqual(all(of('portal', 'person'), 'in'));
    expect(await answers({ ...stranger.headers, 'x-tenant-id': bakery }, of('portal'))).toEqual(
      all(of('portal'), '403 FORBIDDEN'),
    );
    expect(await answers(owner.headers, of('v1'))).toEqual(all(of('v1'), '401 UNAUTHORIZED'));
  });

  it.each([
    ['another site', { origin: 'http://evil.example' }],
    ['none', { origin: '' }],
  ])('changes nothing for a page of %s, though its browser sends the cookie', async (_which, origin) => {
    const byCookie = of('admin', 'portal', 'person');
    for (const { headers } of [admin, owner]) {
      const changing = byCookie.filter(changes);
      expect(await answers({ ...headers, ...origin }, changing)).toEqual(
        all(changing, '403 ORIGIN_NOT_ALLOWED'),
      );
    }
  });

  it('is closed to who was disabled, and to a browser that was signed out', async () => {
    const disabled = await api.signIn('disabled@example.com', { fleetRole: 'ADMIN' });
    await api.db.user.update({ where: { id: disabled.userId }, data: { disabledAt: new Date() } });
    const signedOut = await api.signIn('out@example.com', { fleetRole: 'ADMIN' });
    await api.db.signIn.deleteMany({ where: { userId: signedOut.userId } });
    for (const { headers } of [disabled, signedOut])
      expect(await answers(headers, closed)).toEqual(all(closed, '401 UNAUTHORIZED'));
  });
});
