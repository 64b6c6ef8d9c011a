import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import type { Route } from '../../src/http/routing/route';
import { formatEventId } from '../../src/live/event-id';
import { startTestApi, type TestApi } from '../test-api';

/** What each route of programs, and of a portal's people, that takes a body does something with. */
const bodies: Record<string, unknown> = {
  'POST /v1/people': { email: 'further@example.com', role: 'STAFF' },
  'PATCH /v1/people/:userId': { role: 'STAFF' },
  'POST /v1/messages': { type: 'reaction', messageId: 'msg_other', emoji: '' },
  'POST /v1/messages/bulk': { messages: [{ type: 'reaction', messageId: 'msg_other', emoji: '' }] },
  'POST /v1/messages/:messageId/resolve': { outcome: 'sent' },
  'POST /v1/chats/:chatId/typing': { state: 'typing' },
  'POST /v1/session/pairing-code': { phoneNumber: '+15550100123' },
  'POST /v1/webhooks': { url: 'https://receiver.example/own' },
  'PATCH /v1/webhooks/:webhookId': { isEnabled: false },
  'POST /v1/webhooks/:webhookId/rotate-secret': { keepSeconds: 0 },
  'POST /v1/webhooks/:webhookId/replay': { since: '2026-01-01T00:00:00.000Z' },
  'PATCH /v1/chats/:chatId': { isPinned: true },
  'PUT /v1/contacts/:contactId/blocked': { isBlocked: true },
  'PUT /v1/messages/:messageId/starred': { isStarred: true },
  'PUT /v1/messages/:messageId/pinned': { forHours: 24 },
  'PATCH /v1/profile': { about: 'Own' },
  'PUT /v1/profile/picture': { mediaId: null },
  'POST /v1/groups': { subject: 'Own', participants: ['15550100123'] },
  'PATCH /v1/groups/:groupId': { subject: 'Own' },
  'POST /v1/groups/:groupId/participants': { change: 'add', participants: ['15550100123'] },
  'PATCH /v1/retention': { messageDays: 30 },
  'POST /v1/keys': { name: 'Further', scopes: ['read'] },
};

/** Those of which repeats change nothing. */
const deletions = ['DELETE /v1/media/:mediaId', 'DELETE /v1/webhooks/:webhookId'];

/** What a path names of a tenant's own; WhatsApp's chats, people and groups are nobody's. */
const namesThing = /:(?!chatId|contactId|groupId|phoneNumber)/;

/** It is asked of the page, and no session runs here. */
const needsPage = ({ errors }: Route) => errors.includes('CAPABILITY_MISSING');

/** A route as the same one of programs is called above. */
const nameOf = ({ method, path }: Route) => `${method} ${path.replace('/portal/tenant/current', '/v1')}`;

describe("through one tenant's user", () => {
  let api: TestApi;
  let own: TenantId;
  let other: TenantId;
  let routes: Route[];
  /** Whatever of the other tenant must never be seen. */
  let secrets: string[];

  beforeAll(async () => {
    api = await startTestApi();
    own = await api.createTenant('Own bakery', { owner: 'own@example.com' });
    other = await api.createTenant('Other florist', { owner: 'other@example.com' });
    secrets = [
      other,
      'Other florist',
      'other-body',
      'other-qr',
      '15550100777',
      'other@example.com',
      'other-receiver',
    ];
    await fill(own, 'own', '15550100666');
    await fill(other, 'other', '15550100777');
    routes = api.routes.filter((route) => route.auth === 'portal');
  });
  afterAll(() => api?.stop());

  async function fill(tenantId: TenantId, mark: string, phoneNumber: string): Promise<void> {
    const at = new Date();
    const account = { id: `acc_${mark}`, tenantId, phoneNumber, linkedAt: at };
    await api.db.account.create({ data: account });
    await api.db.whatsappSession.update({
      where: { tenantId },
      data: {
        state: 'QR_READY',
        lastQr: `${mark}-qr`,
        qrSequence: 1,
        qrExpiresAt: new Date(at.getTime() + 60_000),
        accountId: account.id,
      },
    });
    await api.db.message.create({
      data: {
        id: `msg_${mark}`,
        tenantId,
        direction: 'INBOUND',
        status: 'RECEIVED',
        chatId: `${phoneNumber}@c.us`,
        fromMe: false,
        body: `${mark}-body`,
        timestamp: at,
        mediaDownload: { create: { tenantId, state: 'FAILED' } },
      },
    });
    await api.db.webhookEndpoint.create({
      data: {
        id: `whk_${mark}`,
        tenantId,
        url: `https://${mark}-receiver.example`,
        events: [],
        stateSince: at,
        createdAt: at,
        secretSealed: new Uint8Array(1),
      },
    });
    await api.db.export.create({
      data: {
        id: `exp_${mark}`,
        tenantId,
        requestedBy: mark,
        createdAt: at,
        expiresAt: new Date(at.getTime() + 3_600_000),
      },
    });
    await api.admin('PATCH', `/admin/tenants/${tenantId}`, { body: { phoneNumber } });
    const media = { tenantId, sha256: '0'.repeat(64), sizeBytes: 1, mimeType: 'image/png', expiresAt: at };
    await api.db.media.create({ data: { id: `med_${mark}`, ...media } });
  }

  /** Everything stored about a tenant, as text to compare. */
  async function storedOf(tenantId: TenantId): Promise<string> {
    const row = await api.db.tenant.findUnique({
      where: { id: tenantId },
      include: {
        session: true,
        worker: true,
        accounts: true,
        messages: true,
        events: true,
        members: true,
        media: true,
        webhooks: true,
        apiKeys: true,
        exports: true,
      },
    });
    return JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }

  /** Names, in the path of a route, what the other tenant has. */
  async function pathsOfOther(): Promise<(path: string) => string> {
    const { id: keyOfOther } = await api.asProgram(other);
    const { userId: personOfOther } = await api.db.membership.findFirstOrThrow({
      where: { tenantId: other },
    });
    const { eventSeq } = await api.db.webhookDelivery.findFirstOrThrow({
      where: { endpointId: 'whk_other' },
    });
    const deliveryOfOther = formatEventId(api.epoch, eventSeq);
    return (path) =>
      path
        .replace(':messageId', 'msg_other')
        .replace(':mediaId', 'med_other')
        .replace(':exportId', 'exp_other')
        .replace(':outageId', 'out_other')
        .replace(':webhookId', 'whk_other')
        .replace(':deliveryId', deliveryOfOther)
        .replace(':keyId', keyOfOther)
        .replace(':userId', personOfOther)
        .replaceAll(/:(chatId|contactId|phoneNumber)/g, '15550100777')
        .replace(':groupId', '12036300@g.us');
  }

  /** Deleting what one does not have is nothing to do. */
  const refusalOf = (route: Route) => (deletions.includes(nameOf(route)) ? 204 : 404);

  it('no portal route shows or changes another tenant', async () => {
    const before = await storedOf(other);
    // A stream has no end to wait for: http-live.test.ts.
    const ending = routes.filter(
      ({ path, mediaTypes }) => !path.includes(':') && !mediaTypes.includes('text/event-stream'),
    );
    for (const route of ending) {
      const body = bodies[nameOf(route)];
      const answer = await api.asPerson('own@example.com')(route.method, route.path, { body });
      const expected = needsPage(route) ? 409 : route.status;
      if (body === undefined) expect([route.path, answer.status]).toEqual([route.path, expected]);
      for (const secret of secrets) expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
    expect(await storedOf(other)).toBe(before);
  });

  it('no portal route lets itself be pointed at another tenant, whether that exists or not', async () => {
    const before = await storedOf(other);
    for (const route of routes) {
      const answers = await Promise.all(
        [other, 'ten_00000000000000000000000000', 'anything'].map((asked) =>
          api.asPerson('own@example.com', { 'x-tenant-id': asked })(route.method, route.path),
        ),
      );
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
        answers.map(() => [403, 'FORBIDDEN']),
      );
      const address = route.path
        .replaceAll(/:(chatId|contactId|phoneNumber)/g, '15550100777')
        .replace(':groupId', '12036300@g.us');
      const named = await api.asPerson('own@example.com')(route.method, `${address}?tenantId=${other}`, {
        body: bodies[nameOf(route)],
      });
      expect(named).toMatchObject({ status: 400, body: { errors: [{ field: 'tenantId' }] } });
    }
    expect(await storedOf(other)).toBe(before);
  });

  it('no route of programs shows or changes another tenant, whatever is named in path, query and headers', async () => {
    const ofOther = await pathsOfOther();
    const before = await storedOf(other);
    const { call } = await api.asProgram(own);
    const rows = api.routes.filter((route) => route.auth === 'v1');
    expect(rows.length).toBeGreaterThan(20);
    for (const route of rows) {
      const { method, path, mediaTypes } = route;
      const asked = { headers: { 'x-tenant-id': other }, body: bodies[nameOf(route)] };
      const named = await call(method, `${ofOther(path)}?tenantId=${other}`, asked);
      expect([path, named.status]).toEqual([path, 400]);
      if (mediaTypes.includes('text/event-stream')) continue;
      const answer = await call(method, ofOther(path), asked);
      for (const secret of secrets) expect(JSON.stringify(answer.body)).not.toContain(secret);
      if (!namesThing.test(path)) continue;
      expect([method, path, answer.status]).toEqual([method, path, refusalOf(route)]);
    }
    expect(await storedOf(other)).toBe(before);
  });

  it('what a path names must be its own', async () => {
    const ofOther = await pathsOfOther();
    const before = await storedOf(other);
    const person = api.asPerson('own@example.com');
    const named = routes.filter(({ path }) => namesThing.test(path));
    expect(named.length).toBeGreaterThan(0);
    for (const route of named) {
      const { method, path } = route;
      const answer = await person(method, ofOther(path), { body: bodies[nameOf(route)] });
      expect([method, path, answer.status]).toEqual([method, path, refusalOf(route)]);
    }
    expect(await storedOf(other)).toBe(before);
    const retried = await person('POST', '/portal/tenant/current/messages/msg_own/media/retry');
    expect(retried).toMatchObject({ status: 202, body: { media: { state: 'PENDING' } } });
  });

  it('its own data is what each route shows', async () => {
    const person = api.asPerson('Own@Example.com');
    expect((await person('GET', '/portal/me')).body).toMatchObject({
      email: 'own@example.com',
      tenant: { id: own, name: 'Own bakery' },
      role: 'OWNER',
    });
    expect((await person('GET', '/portal/tenant/current/status')).body).toMatchObject({
      tenantId: own,
      session: { account: { phoneNumber: '15550100666' } },
    });
    expect((await person('GET', '/portal/tenant/current/qr')).body.raw).toBe('own-qr');
    expect((await person('GET', '/portal/tenant/current/messages')).body.items).toMatchObject([
      { body: 'own-body' },
    ]);
    expect((await person('GET', '/portal/tenant/current/events')).body.items.length).toBeGreaterThan(0);
    expect((await person('GET', '/portal/tenant/current/logs')).body.items).toContainEqual(
      expect.objectContaining({ source: 'control-plane', message: 'The workspace was created.' }),
    );
  });

  it('a message of another tenant is unknown under the own one, also to an operator', async () => {
    expect((await api.admin('GET', `/admin/tenants/${own}/messages/msg_other`)).status).toBe(404);
    expect((await api.admin('POST', `/admin/tenants/${own}/messages/msg_other/cancel`)).status).toBe(404);
  });

  it("what is the owners' is refused to staff, and nothing else is", async () => {
    await api.admin('PUT', `/admin/tenants/${own}/users/staff@example.com`, { body: { role: 'STAFF' } });
    const staff = api.asPerson('staff@example.com');
    const ofOther = await pathsOfOther();
    const refused: string[] = [];
    for (const route of routes) {
      if (route.mediaTypes.includes('text/event-stream')) continue;
      const answer = await staff(route.method, ofOther(route.path), { body: bodies[nameOf(route)] });
      if (answer.body?.code === 'FORBIDDEN') refused.push(nameOf(route));
    }
    expect(refused.sort()).toEqual([
      'DELETE /v1/exports/:exportId',
      'DELETE /v1/keys/:keyId',
      'DELETE /v1/people/:userId',
      'DELETE /v1/webhooks/:webhookId',
      'GET /v1/exports',
      'GET /v1/exports/:exportId',
      'GET /v1/exports/:exportId/archive',
      'PATCH /v1/people/:userId',
      'PATCH /v1/profile',
      'PATCH /v1/retention',
      'PATCH /v1/webhooks/:webhookId',
      'POST /v1/exports',
      'POST /v1/keys',
      'POST /v1/people',
      'POST /v1/session/logout',
      'POST /v1/session/reset',
      'POST /v1/webhooks',
      'POST /v1/webhooks/:webhookId/replay',
      'POST /v1/webhooks/:webhookId/rotate-secret',
      'POST /v1/webhooks/:webhookId/test',
      'POST /v1/worker/stop',
      'PUT /v1/profile/picture',
    ]);
  });

  it('a person of no workspace gets none, and one of several must choose', async () => {
    expect((await api.asPerson('stranger@example.com')('GET', '/portal/me')).body.code).toBe('NO_TENANT');
    for (const tenantId of [own, other]) {
      await api.admin('PUT', `/admin/tenants/${tenantId}/users/both@example.com`, {
        body: { role: 'STAFF' },
      });
    }
    const undecided = await api.asPerson('both@example.com')('GET', '/portal/tenant/current/status');
    expect(undecided).toMatchObject({
      status: 400,
      body: { code: 'TENANT_CHOICE_NEEDED', tenants: [{ id: other }, { id: own }] },
    });
    for (const tenantId of [own, other]) {
      const chosen = api.asPerson('both@example.com', { 'x-tenant-id': tenantId });
      expect((await chosen('GET', '/portal/tenant/current/status')).body.tenantId).toBe(tenantId);
    }
  });

  it('access ends with the membership, at once', async () => {
    const person = api.asPerson('leaver@example.com');
    await api.admin('PUT', `/admin/tenants/${own}/users/leaver@example.com`, { body: { role: 'STAFF' } });
    expect((await person('GET', '/portal/me')).status).toBe(200);
    await api.admin('DELETE', `/admin/tenants/${own}/users/leaver@example.com`);
    await api.admin('DELETE', `/admin/tenants/${own}/users/leaver@example.com`);
    expect((await person('GET', '/portal/me')).body.code).toBe('NO_TENANT');
  });
});
