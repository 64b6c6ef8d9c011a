import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import type { Route } from '../src/http/route';
import { formatEventId } from '../src/live/event-id';
import { startTestApi, type TestApi } from './test-api';

/** What each route of programs that takes a body does something with. */
const bodies: Record<string, unknown> = {
  'POST /v1/messages': { type: 'reaction', messageId: 'msg_other', emoji: '' },
  'POST /v1/messages/:messageId/resolve': { outcome: 'sent' },
  'POST /v1/chats/:chatId/typing': { state: 'typing' },
  'POST /v1/session/pairing-code': { phoneNumber: '+15550100123' },
  'POST /v1/webhooks': { url: 'https://receiver.example/own' },
  'PATCH /v1/webhooks/:webhookId': { isEnabled: false },
  'POST /v1/webhooks/:webhookId/rotate-secret': { keepSeconds: 0 },
  'POST /v1/webhooks/:webhookId/replay': { since: '2026-01-01T00:00:00.000Z' },
  'POST /v1/keys': { name: 'Further', scopes: ['read'] },
};

/** Those of which repeats change nothing. */
const deletions = ['DELETE /v1/media/:mediaId', 'DELETE /v1/webhooks/:webhookId'];

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
      },
    });
    return JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }

  it('no portal route shows or changes another tenant', async () => {
    const before = await storedOf(other);
    // A stream has no end to wait for: http-live.test.ts.
    const ending = routes.filter(
      ({ path, mediaTypes }) => !path.includes(':') && !mediaTypes.includes('text/event-stream'),
    );
    for (const route of ending) {
      const answer = await api.asPerson('own@example.com')(route.method, route.path);
      expect([route.path, answer.status]).toEqual([route.path, route.status]);
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
      const named = await api.asPerson('own@example.com')(route.method, `${route.path}?tenantId=${other}`);
      expect(named).toMatchObject({ status: 400, body: { errors: [{ field: 'tenantId' }] } });
    }
    expect(await storedOf(other)).toBe(before);
  });

  it('no route of programs shows or changes another tenant, whatever is named in path, query and headers', async () => {
    const { id: keyOfOther } = await api.asProgram(other);
    const { eventSeq } = await api.db.webhookDelivery.findFirstOrThrow({
      where: { endpointId: 'whk_other' },
    });
    const deliveryOfOther = formatEventId(api.epoch, eventSeq);
    const before = await storedOf(other);
    const { call } = await api.asProgram(own);
    const rows = api.routes.filter((route) => route.auth === 'v1');
    expect(rows.length).toBeGreaterThan(20);
    for (const { method, path, mediaTypes } of rows) {
      const ofOther = path
        .replace(':messageId', 'msg_other')
        .replace(':mediaId', 'med_other')
        .replace(':outageId', 'out_other')
        .replace(':webhookId', 'whk_other')
        .replace(':deliveryId', deliveryOfOther)
        .replace(':keyId', keyOfOther)
        .replace(':chatId', '15550100777');
      const asked = { headers: { 'x-tenant-id': other }, body: bodies[`${method} ${path}`] };
      const named = await call(method, `${ofOther}?tenantId=${other}`, asked);
      expect([path, named.status]).toEqual([path, 400]);
      if (mediaTypes.includes('text/event-stream')) continue;
      const answer = await call(method, ofOther, asked);
      for (const secret of secrets) expect(JSON.stringify(answer.body)).not.toContain(secret);
      if (!/:(?!chatId)/.test(path)) continue;
      // Deleting what one does not have is nothing to do.
      const expected = deletions.includes(`${method} ${path}`) ? 204 : 404;
      expect([method, path, answer.status]).toEqual([method, path, expected]);
    }
    expect(await storedOf(other)).toBe(before);
  });

  it('what a path names must be its own', async () => {
    const before = await storedOf(other);
    const person = api.asPerson('own@example.com');
    const named = routes.filter(({ path }) => path.includes(':'));
    expect(named.length).toBeGreaterThan(0);
    for (const { method, path } of named) {
      const ofOther = path.replace(':messageId', 'msg_other').replace(':mediaId', 'med_other');
      expect([path, (await person(method, ofOther)).status]).toEqual([path, 404]);
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
