import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { asPortal, eventually } from '@wafleet/testing';
import { type SignedInBrowser, startTestApi, type TestApi, webOrigin } from '../test-api';

let api: TestApi;
let bakery: TenantId;
let florist: TenantId;

beforeAll(async () => {
  api = await startTestApi();
  bakery = await api.createTenant('Bakery', { owner: 'owner@example.com' });
  florist = await api.createTenant('Florist', { owner: 'florist@example.com' });
});
afterAll(() => api?.stop());

const throughWeb = () => ({
  origin: webOrigin,
  'x-portal-key': api.portalKey,
  'content-type': 'application/json',
});

/** A call to better-auth as the web app passes it on; its answers are its own. */
async function auth(path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
  const answer = await fetch(`${api.url}/api/auth${path}`, {
    method: options.body === undefined ? 'GET' : 'POST',
    headers: { ...throughWeb(), ...options.headers },
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}
const tryPassword = (email: string, password: string, headers: Record<string, string> = {}) =>
  auth('/sign-in/email', { body: { email, password }, headers });

describe('signing in', () => {
  it('gives a cookie that no script reads, and says who is signed in', async () => {
    const owner = await api.signIn('owner@example.com');
    const again = await tryPassword('owner@example.com', owner.password);
    expect(again.headers.getSetCookie()[0]).toMatch(/^wafleet\.session_token=.*HttpOnly.*SameSite=Lax/);
    expect((await owner.call('GET', '/me')).body).toEqual({
      id: owner.userId,
      email: 'owner@example.com',
      name: null,
      fleetRole: null,
      tenants: [{ id: bakery, name: 'Bakery', role: 'OWNER' }],
    });
  });

  it('is refused with a wrong password and for an unknown address in the same words', async () => {
    await api.signIn('owner@example.com');
    const wrong = await tryPassword('owner@example.com', 'not the password');
    const unknown = await tryPassword('nobody@example.com', 'not the password');
    expect([wrong.status, wrong.body]).toEqual([401, unknown.body]);
    expect(unknown.status).toBe(401);
  });

  it('is open to nobody who comes without the key of the web app, or from a page of others', async () => {
    const { password } = await api.signIn('owner@example.com');
    const without = await tryPassword('owner@example.com', password, { 'x-portal-key': '' });
    expect([without.status, without.body.code]).toEqual([401, 'UNAUTHORIZED']);
    for (const origin of ['http://evil.example', 'null', `${webOrigin}.evil.example`]) {
      const foreign = await tryPassword('owner@example.com', password, { origin });
      expect([origin, foreign.status, foreign.body.code]).toEqual([origin, 403, 'ORIGIN_NOT_ALLOWED']);
    }
  });

  it('makes no account, and nothing else of better-auth is there', async () => {
    const body = { email: 'new@example.com', password: 'a long password', name: 'New' };
    for (const path of [
      '/sign-up/email',
      '/update-user',
      '/delete-user',
      '/change-email',
      '/request-password-reset',
    ])
      expect([path, (await auth(path, { body })).status]).toEqual([path, 404]);
    expect(await api.db.user.findUnique({ where: { email: body.email } })).toBeNull();
  });

  it('is slowed per address of the person, whatever address the caller pretends, and not for others', async () => {
    const { password } = await api.signIn('slow@example.com');
    const answers = await untilSlowed((count) =>
      tryPassword('Slow@example.com', 'not the password', { 'x-forwarded-for': `203.0.113.${count}` }),
    );
    expect(answers.length).toBeGreaterThan(8);
    expect(answers.at(-1)?.body.code).toBe('TOO_MANY_TRIES');
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await tryPassword('slow@example.com', password)).status).toBe(429);
    await api.signIn('quick@example.com');
    api.passMs(60_000);
    expect((await tryPassword('slow@example.com', password)).status).toBe(200);
  });

  it('is slowed per address of the caller, whoever is tried', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.199' };
    const answers = await untilSlowed((count) =>
      tryPassword(`nobody${count}@example.com`, 'not the password', headers),
    );
    expect(answers.length).toBeGreaterThan(30);
  });

  /** Time passes meanwhile, and with it a try comes back now and then: how many it takes is not the same each time. */
  async function untilSlowed(attempt: (count: number) => ReturnType<typeof auth>) {
    const answers: Awaited<ReturnType<typeof auth>>[] = [];
    while (answers.length < 120 && answers.at(-1)?.status !== 429)
      answers.push(await attempt(answers.length));
    expect(new Set(answers.slice(0, -1).map(({ status }) => status))).toEqual(new Set([401]));
    expect(answers.at(-1)?.status).toBe(429);
    return answers;
  }
});

describe('a sign-in', () => {
  it('ends by signing out, at once, and another browser goes on', async () => {
    const one = await api.signIn('owner@example.com');
    const other = await api.signIn('owner@example.com');
    expect((await auth('/sign-out', { body: {}, headers: one.headers })).status).toBe(200);
    expect((await one.call('GET', '/me')).status).toBe(401);
    expect((await other.call('GET', '/me')).status).toBe(200);
  });

  it('is ended from another browser, one or all', async () => {
    const one = await api.signIn('owner@example.com');
    const other = await api.signIn('owner@example.com');
    const known = await auth('/list-sessions', { headers: other.headers });
    expect(known.body.length).toBeGreaterThan(1);
    expect((await auth('/revoke-other-sessions', { body: {}, headers: other.headers })).status).toBe(200);
    expect((await one.call('GET', '/me')).status).toBe(401);
    expect((await auth('/list-sessions', { headers: other.headers })).body).toHaveLength(1);
  });

  it('has a password that its person changes, who knows the one before', async () => {
    const person = await api.signIn('changes@example.com');
    const change = (currentPassword: string) =>
      auth('/change-password', {
        body: { currentPassword, newPassword: 'another long password', revokeOtherSessions: true },
        headers: person.headers,
      });
    expect((await change('not the password')).status).toBe(400);
    expect((await change(person.password)).status).toBe(200);
    expect((await tryPassword('changes@example.com', person.password)).status).toBe(401);
    expect((await tryPassword('changes@example.com', 'another long password')).status).toBe(200);
  });

  it('is worth nothing with a forged signature, or once it has expired', async () => {
    const person = await api.signIn('owner@example.com');
    const [token = ''] = (person.headers['cookie'] ?? '').split('.').slice(-2);
    const forged = { ...person.headers, cookie: `wafleet.session_token=${token.split('=').at(-1)}.bm8=` };
    expect((await api.anyone(forged)('GET', '/me')).status).toBe(401);
    await api.db.signIn.updateMany({ where: { userId: person.userId }, data: { expiresAt: new Date(0) } });
    expect((await person.call('GET', '/me')).status).toBe(401);
  });

  it('opens nothing to a person who is disabled', async () => {
    const person = await api.signIn('gone@example.com', { fleetRole: 'ADMIN' });
    await api.db.user.update({ where: { id: person.userId }, data: { disabledAt: new Date() } });
    expect((await person.call('GET', '/me')).status).toBe(401);
    expect((await person.call('GET', '/admin/tenants')).status).toBe(401);
    const again = await tryPassword('gone@example.com', person.password);
    expect([again.status, again.body.code]).toEqual([403, 'ACCOUNT_DISABLED']);
  });
});

describe('a workspace', () => {
  it('is its people’s, and no other', async () => {
    const owner = await api.signIn('owner@example.com');
    expect((await owner.call('GET', '/portal/me')).body.tenant.id).toBe(bakery);
    const other = api.anyone({ ...owner.headers, 'x-tenant-id': florist });
    expect(await other('GET', '/portal/me')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const nobody = await api.signIn('stranger@example.com');
    expect((await nobody.call('GET', '/portal/me')).body.code).toBe('NO_TENANT');
  });

  it('is chosen by who has several', async () => {
    await api.admin('PUT', `/admin/tenants/${bakery}/users/both@example.com`, { body: { role: 'STAFF' } });
    await api.admin('PUT', `/admin/tenants/${florist}/users/both@example.com`, { body: { role: 'OWNER' } });
    const both = await api.signIn('both@example.com');
    expect((await both.call('GET', '/portal/me')).body.code).toBe('TENANT_CHOICE_NEEDED');
    const chosen = api.anyone({ ...both.headers, 'x-tenant-id': florist });
    expect((await chosen('GET', '/portal/me')).body).toMatchObject({
      tenant: { id: florist },
      role: 'OWNER',
    });
  });

  it('is looked at by operators, who change nothing in it', async () => {
    const viewer = await api.signIn('viewer@example.com', { fleetRole: 'VIEWER' });
    const admin = await api.signIn('admin@example.com', { fleetRole: 'ADMIN' });
    for (const { headers } of [viewer, admin]) {
      const looking = api.anyone({ ...headers, 'x-tenant-id': bakery });
      expect((await looking('GET', '/portal/me')).body).toMatchObject({ tenant: { id: bakery }, role: null });
      expect((await looking('POST', '/portal/tenant/current/worker/restart')).body.code).toBe('FORBIDDEN');
    }
  });

  it('is named by no header that a browser could set beside its cookie', async () => {
    const owner = await api.signIn('owner@example.com');
    // The holder of the key may assert anybody: that is why the web app drops the header.
    const asserted = api.anyone({ ...owner.headers, ...asPortal(api.portalKey, 'florist@example.com') });
    expect((await asserted('GET', '/portal/me')).body.tenant.id).toBe(florist);
    const withoutKey = api.anyone({
      ...owner.headers,
      'x-portal-key': '',
      'x-user-email': 'florist@example.com',
    });
    expect((await withoutKey('GET', '/portal/me')).status).toBe(401);
  });
});

describe('a live stream', () => {
  const open = async ({ headers }: SignedInBrowser, path: string) => {
    const answer = await fetch(`${api.url}${path}`, { headers, signal: AbortSignal.timeout(60_000) });
    const stream = { status: answer.status, hasEnded: false, text: '' };
    const read = async () => {
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
        stream.text += Buffer.from(chunk).toString();
    };
    void read().then(
      () => (stream.hasEnded = true),
      () => undefined,
    );
    await eventually(() => stream.text.includes('event: beat'), { timeoutMs: 60_000, what: 'a beat' });
    return stream;
  };

  it('ends when the role of who reads it is taken', async () => {
    const viewer = await api.signIn('reader@example.com', { fleetRole: 'VIEWER' });
    const stream = await open(viewer, '/admin/events');
    await api.db.user.update({ where: { id: viewer.userId }, data: { fleetRole: null } });
    await eventually(() => stream.hasEnded, { timeoutMs: 60_000, what: 'the end of the stream' });
    expect((await viewer.call('GET', '/admin/tenants')).status).toBe(403);
  });

  it('ends when the sign-in does, and when the workspace is no longer the person’s', async () => {
    const staff = await api.signIn('staff@example.com');
    const path = `/admin/tenants/${bakery}/users/staff@example.com`;
    await api.admin('PUT', path, { body: { role: 'STAFF' } });
    const first = await open(staff, '/portal/tenant/current/events/live');
    await api.admin('DELETE', path);
    await eventually(() => first.hasEnded, { timeoutMs: 60_000, what: 'the end of the stream' });
    await api.admin('PUT', path, { body: { role: 'STAFF' } });
    const second = await open(staff, '/portal/tenant/current/events/live');
    await auth('/sign-out', { body: {}, headers: staff.headers });
    await eventually(() => second.hasEnded, { timeoutMs: 60_000, what: 'the end of the stream' });
  });
});
