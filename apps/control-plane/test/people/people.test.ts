import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { type SignedInBrowser, startTestApi, type TestApi, webOrigin } from '../test-api';

let api: TestApi;
let mailing: TestApi;
let bakery: TenantId;
let florist: TenantId;
let owner: SignedInBrowser;
let admin: SignedInBrowser;

beforeAll(async () => {
  api = await startTestApi();
  mailing = await startTestApi({ hasMailServer: true });
  bakery = await api.createTenant('Bakery', { owner: 'owner@example.com' });
  florist = await api.createTenant('Florist', { owner: 'florist@example.com' });
  owner = await api.signIn('owner@example.com');
  admin = await api.signIn('admin@example.com', { fleetRole: 'ADMIN' });
});
afterAll(async () => {
  await api?.stop();
  await mailing?.stop();
});

const web = (of: TestApi = api, from = '203.0.113.1') =>
  of.anyone({ origin: webOrigin, 'x-portal-key': of.portalKey, 'x-forwarded-for': from });
const tokenOf = (url: string) => url.split('/').at(-1) as string;
const accept = (url: string, of: TestApi = api) =>
  web(of)('POST', '/invitations/accept', {
    body: { token: tokenOf(url), name: 'New Person', password: 'a long password' },
  });
const signsIn = async (email: string, password = 'a long password', of: TestApi = api) => {
  const answer = await fetch(`${of.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: webOrigin, 'x-portal-key': of.portalKey },
    body: JSON.stringify({ email, password }),
    signal: AbortSignal.timeout(30_000),
  });
  return answer.ok;
};

describe('an invitation', () => {
  it('lets a person in who has nothing yet, once; looking uses nothing up', async () => {
    const invited = await admin.call('POST', '/admin/users', {
      body: { email: 'New@Example.com', fleetRole: 'VIEWER' },
    });
    expect(invited.body).toMatchObject({ email: 'new@example.com', fleetRole: 'VIEWER', canSignIn: false });
    const url = invited.body.invitationUrl as string;
    expect(url).toMatch(new RegExp(`^${webOrigin}/invitation/[\\w-]{43}$`));
    for (let looks = 0; looks < 2; looks++) {
      const look = await web()('POST', '/invitations/look', { body: { token: tokenOf(url) } });
      expect(look.body).toMatchObject({ email: 'new@example.com', tenantName: null });
    }
    expect((await accept(url)).body).toEqual({ email: 'new@example.com' });
    expect(await signsIn('new@example.com')).toBe(true);
    expect(await accept(url)).toMatchObject({ status: 410, body: { code: 'LINK_ENDED', reason: 'used' } });
    expect((await api.db.user.findUnique({ where: { email: 'new@example.com' } }))?.emailVerified).toBe(true);
  });

  it('is used by one of two who open it at once', async () => {
    const { body } = await admin.call('POST', '/admin/users', {
      body: { email: 'race@example.com', fleetRole: 'VIEWER' },
    });
    const answers = await Promise.all([accept(body.invitationUrl), accept(body.invitationUrl)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it('is a new password for who has one, which ends their sign-ins; a newer one ends the older', async () => {
    const person = await api.signIn('forgot@example.com', { fleetRole: 'VIEWER' });
    const again = () => admin.call('POST', '/admin/users', { body: { email: 'forgot@example.com' } });
    const [older, newer] = [(await again()).body, (await again()).body];
    expect((await accept(older.invitationUrl)).status).toBe(404);
    expect((await accept(newer.invitationUrl)).status).toBe(200);
    expect((await person.call('GET', '/me')).status).toBe(401);
    expect(await signsIn('forgot@example.com', person.password)).toBe(false);
    expect(await signsIn('forgot@example.com')).toBe(true);
  });

  it('expires, and says so; no other token opens anything, and guessing is slowed', async () => {
    const made = await mailing.admin('POST', '/admin/users', {
      body: { email: 'late@example.com', fleetRole: 'VIEWER' },
    });
    mailing.passMs(8 * 24 * 60 * 60 * 1_000);
    expect((await accept(made.body.invitationUrl, mailing)).body).toMatchObject({ reason: 'expired' });
    const guess = () =>
      web(api, '203.0.113.2')('POST', '/invitations/look', { body: { token: 'x'.repeat(43) } });
    const statuses: number[] = [];
    while (statuses.length < 100 && statuses.at(-1) !== 429) statuses.push((await guess()).status);
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(404));
    expect(statuses.at(-1)).toBe(429);
  });

  it('is mailed where there is a mail server, and never stored as it is', async () => {
    const made = await mailing.admin('POST', '/admin/users', {
      body: { email: 'mail@example.com', fleetRole: 'VIEWER' },
    });
    expect(made.body.isMailed).toBe(true);
    const mail = mailing.mails.find(({ to }) => to.includes('mail@example.com'));
    expect(mail?.text).toContain(made.body.invitationUrl);
    const stored = JSON.stringify(await mailing.db.invitation.findMany());
    expect(stored).not.toContain(tokenOf(made.body.invitationUrl));
    expect(mailing.logLines.join()).not.toContain(tokenOf(made.body.invitationUrl));
  });
});

describe('people of the fleet', () => {
  it('are listed with their roles, found by their address, and changed', async () => {
    const { body } = await admin.call('POST', '/admin/users', {
      body: { email: 'several@example.com', name: 'Several', tenantId: bakery, tenantRole: 'STAFF' },
    });
    const found = (await admin.call('GET', '/admin/users?search=SEVERAL@')).body.items;
    expect(found).toMatchObject([{ id: body.id, tenants: [{ id: bakery, name: 'Bakery', role: 'STAFF' }] }]);
    const changed = await admin.call('PATCH', `/admin/users/${body.id}`, { body: { fleetRole: 'VIEWER' } });
    expect(changed.body).toMatchObject({ fleetRole: 'VIEWER', isDisabled: false });
    const viewers = (await admin.call('GET', '/admin/users?fleetRole=VIEWER&limit=200')).body.items;
    expect(viewers.map(({ id }: { id: string }) => id)).toContain(body.id);
    expect((await admin.call('DELETE', `/admin/users/${body.id}`)).status).toBe(204);
    expect((await admin.call('PATCH', `/admin/users/${body.id}`, { body: {} })).status).toBe(404);
  });

  it('are refused what makes no sense, field by field', async () => {
    const wrong = async (body: object) =>
      (await admin.call('POST', '/admin/users', { body })).body.errors?.map(
        ({ field }: { field: string }) => field,
      );
    const email = 'nobody@example.com';
    expect(await wrong({ email })).toEqual(['fleetRole']);
    expect(await wrong({ email, tenantId: bakery })).toEqual(['tenantRole']);
    expect(await wrong({ email, tenantId: 'ten_00000000000000000000000000', tenantRole: 'OWNER' })).toEqual([
      'tenantId',
    ]);
    expect(await wrong({ email: 'no address', fleetRole: 'ADMIN' })).toEqual(['email']);
    expect(await api.db.user.findUnique({ where: { email } })).toBeNull();
  });

  it('who are disabled or signed out are out at once', async () => {
    const person = await api.signIn('leaves@example.com', { fleetRole: 'ADMIN' });
    await admin.call('POST', `/admin/users/${person.userId}/sign-out`);
    expect((await person.call('GET', '/me')).status).toBe(401);
    const again = await api.signIn('leaves@example.com');
    await admin.call('PATCH', `/admin/users/${person.userId}`, { body: { disabled: true } });
    expect((await again.call('GET', '/admin/tenants')).status).toBe(401);
    expect(await signsIn('leaves@example.com', again.password)).toBe(false);
    await admin.call('PATCH', `/admin/users/${person.userId}`, { body: { disabled: false } });
    expect(await signsIn('leaves@example.com', again.password)).toBe(true);
    await admin.call('PATCH', `/admin/users/${person.userId}`, { body: { fleetRole: null } });
  });

  it('always have an ADMIN, also where two take each other’s role at once', async () => {
    const other = await api.signIn('second@example.com', { fleetRole: 'ADMIN' });
    const admins = await api.db.user.count({ where: { fleetRole: 'ADMIN', disabledAt: null } });
    expect(admins).toBe(2);
    const take = (from: SignedInBrowser, id: string) =>
      from.call('PATCH', `/admin/users/${id}`, { body: { fleetRole: null } });
    const answers = await Promise.all([take(admin, other.userId), take(other, admin.userId)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = await api.db.user.findMany({ where: { fleetRole: 'ADMIN', disabledAt: null } });
    expect(left).toHaveLength(1);
    const last = await api.admin('DELETE', `/admin/users/${left[0]?.id}`);
    expect([last.status, last.body.code]).toEqual([409, 'CONFLICT']);
    await api.admin('PATCH', `/admin/users/${admin.userId}`, { body: { fleetRole: 'ADMIN' } });
  });
});

describe('people of a workspace', () => {
  const invite = (email: string, role = 'STAFF', by = owner) =>
    by.call('POST', '/portal/tenant/current/people', { body: { email, role } });

  it('are let in by an owner, and by nobody else', async () => {
    const { status, body } = await invite('staff@example.com');
    expect([status, body.role]).toEqual([201, 'STAFF']);
    expect((await accept(body.invitationUrl)).status).toBe(200);
    const staff = await api.signIn('staff@example.com');
    const { items } = (await staff.call('GET', '/portal/tenant/current/people')).body;
    expect(items.map((one: { email: string }) => one.email)).toEqual([
      'owner@example.com',
      'staff@example.com',
    ]);
    expect((await invite('more@example.com', 'STAFF', staff)).status).toBe(403);
    expect((await staff.call('DELETE', `/portal/tenant/current/people/${owner.userId}`)).status).toBe(403);
  });

  it('of another workspace are not there', async () => {
    const stranger = await api.signIn('florist@example.com');
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { role: 'STAFF' } : undefined;
      const answer = await owner.call(method, `/portal/tenant/current/people/${stranger.userId}`, { body });
      expect([method, answer.status]).toEqual([method, 404]);
    }
  });

  it('have one owner at least', async () => {
    const path = `/portal/tenant/current/people/${owner.userId}`;
    expect((await owner.call('PATCH', path, { body: { role: 'STAFF' } })).status).toBe(409);
    expect((await owner.call('DELETE', path)).status).toBe(409);
    const { body: second } = await invite('second-owner@example.com', 'OWNER');
    expect((await owner.call('PATCH', path, { body: { role: 'STAFF' } })).status).toBe(200);
    await api.admin('PUT', `/admin/tenants/${bakery}/users/owner@example.com`, { body: { role: 'OWNER' } });
    expect((await owner.call('DELETE', `/portal/tenant/current/people/${second.id}`)).status).toBe(204);
  });

  it('no owner gets a link by which they would become somebody who is more than theirs', async () => {
    // One who runs the fleet, with a password; one whom another workspace has let in, without one.
    const operator = await invite('admin@example.com');
    expect(operator.body.code).toBe('CONFLICT');
    await api.db.user.update({ where: { id: admin.userId }, data: { emailVerified: true } });
    expect((await invite('admin@example.com')).body).toMatchObject({ invitationUrl: null, isMailed: false });
    await api.admin('PUT', `/admin/tenants/${florist}/users/pending@example.com`, {
      body: { role: 'OWNER' },
    });
    expect((await invite('pending@example.com')).body.invitationUrl).toBeNull();
  });

  it('a link that an owner has seen opens nothing any more once others let the person in', async () => {
    const { body } = await invite('later@example.com');
    await api.admin('PUT', `/admin/tenants/${florist}/users/later@example.com`, { body: { role: 'OWNER' } });
    expect((await accept(body.invitationUrl)).body).toMatchObject({ code: 'LINK_ENDED', reason: 'revoked' });
    expect(await signsIn('later@example.com')).toBe(false);
  });

  it('an owner’s new person who is known elsewhere gets the link by e-mail alone', async () => {
    const one = await mailing.createTenant('One', { owner: 'one@example.com' });
    const two = await mailing.createTenant('Two', { owner: 'two@example.com' });
    await mailing.admin('PUT', `/admin/tenants/${two}/users/both@example.com`, { body: { role: 'STAFF' } });
    const by = await mailing.signIn('one@example.com');
    const { body } = await invite('both@example.com', 'STAFF', by);
    expect(body).toMatchObject({ invitationUrl: null, isMailed: true });
    const mail = mailing.mails.find(({ to }) => to.includes('both@example.com'));
    const url = /http\S+/.exec(mail?.text ?? '')?.[0] as string;
    expect((await accept(url, mailing)).status).toBe(200);
    expect((await mailing.db.user.findUnique({ where: { email: 'both@example.com' } }))?.emailVerified).toBe(
      true,
    );
    expect(one).not.toBe(two);
  });
});
