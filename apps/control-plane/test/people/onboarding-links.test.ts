import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionSnapshot, TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { endedLinkRetention } from '../../src/onboarding/forget-links';
import { createSessionEventApplier } from '../../src/sessions/apply-session-event';
import { startTestApi, type TestApi, webOrigin } from '../test-api';

let api: TestApi;
let numbers = 15550100150;
let sequence = 0;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

const throughWeb = (more: Record<string, string> = {}) =>
  api.anyone({ origin: webOrigin, 'x-portal-key': api.portalKey, ...more });

async function newLink(tenantId: TenantId, hours?: number): Promise<string> {
  const body = hours === undefined ? {} : { hours };
  const made = await api.admin('POST', `/admin/tenants/${tenantId}/onboarding-link`, { body });
  expect(made.body.url).toMatch(new RegExp(`^${webOrigin}/link/[\\w-]{43}$`));
  return made.body.url.split('/').at(-1);
}

/** Presses the page's button, in a browser of its own. */
async function open(token: string) {
  const answer = await throughWeb()('POST', '/link/open', { body: { token } });
  const cookie = answer.headers.getSetCookie()[0] ?? '';
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  return { answer, cookie, headers, call: throughWeb(headers) };
}

/** As its worker would tell it. */
async function becomes(tenantId: TenantId, part: Partial<SessionSnapshot>): Promise<void> {
  const apply = createSessionEventApplier({
    newId: (prefix) => `${prefix}_${++numbers}`,
    now: () => new Date(),
    greenMs: 60_000,
  });
  const snapshot: SessionSnapshot = {
    state: 'QR_READY',
    reason: null,
    detail: null,
    since: Date.now(),
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: null,
    linkIsDurable: true,
    syncPercent: null,
    lastSeenAt: null,
    versions: { whatsappWeb: null, browser: null, library: 'none' },
    ...part,
  };
  await api.commit(async (tx) => {
    const { events } = await apply(tx, { tenantId, generation: 1, isRefused: false }, snapshot);
    return { events, result: undefined };
  });
}
const shows = (raw: string) => ({
  state: 'QR_READY' as const,
  qr: { raw, sequence: ++sequence, expiresAt: Date.now() + 60_000 },
});
const connected = () => ({
  state: 'CONNECTED' as const,
  lastSeenAt: Date.now(),
  account: { phoneNumber: String(++numbers), lid: null, name: null },
});

describe('an onboarding link', () => {
  it('shows the code of its tenant, and nothing else, to who presses its button', async () => {
    const tenantId = await api.createTenant('Bakery');
    await becomes(tenantId, shows('code-of-bakery'));
    const { answer, cookie, call } = await open(await newLink(tenantId));
    expect(answer.body).toMatchObject({ tenantName: 'Bakery', isDone: false, status: { tenantId } });
    expect(cookie).toMatch(/^wafleet_link=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/);
    expect((await call('GET', '/link/current')).body).toMatchObject({ tenantName: 'Bakery', isDone: false });
    expect((await call('GET', '/link/current/qr')).body.raw).toBe('code-of-bakery');
    const picture = await call('GET', '/link/current/qr?format=svg');
    expect([picture.headers.get('content-type'), String(picture.body)]).toEqual([
      'image/svg+xml',
      expect.stringContaining('<svg'),
    ]);
    expect((await call('POST', '/link/current/start')).status).toBe(202);
    for (const path of ['/me', '/portal/me', '/portal/tenant/current/messages', '/admin/tenants'])
      expect([path, (await call('GET', path)).status]).toEqual([path, 401]);
  });

  it('is not used up by what opens its page, nor by a reload; where its button is pressed last, it is', async () => {
    const tenantId = await api.createTenant('Twice');
    const token = await newLink(tenantId);
    const phone = await open(token);
    const computer = await open(token);
    for (let reloads = 0; reloads < 2; reloads++)
      expect((await computer.call('GET', '/link/current')).status).toBe(200);
    expect((await phone.call('GET', '/link/current')).body).toMatchObject({
      code: 'LINK_ENDED',
      reason: 'opened_elsewhere',
    });
    const { body } = await api.admin('GET', `/admin/tenants/${tenantId}/onboarding-link`);
    expect(body).toMatchObject({ openedAt: expect.any(String), usedAt: null });
    expect(JSON.stringify(body)).not.toContain(token);
  });

  it('is used up when the phone is linked; its browser sees that it is done, and links no other phone', async () => {
    const tenantId = await api.createTenant('Done');
    const token = await newLink(tenantId);
    const { call } = await open(token);
    await becomes(tenantId, connected());
    expect((await call('GET', '/link/current')).body).toMatchObject({ isDone: true });
    for (const [method, path] of [
      ['GET', 'qr'],
      ['POST', 'start'],
    ] as const)
      expect((await call(method, `/link/current/${path}`)).body).toMatchObject({
        code: 'LINK_ENDED',
        reason: 'used',
      });
    expect((await open(token)).answer).toMatchObject({ status: 410, body: { reason: 'used' } });
    const view = (await api.admin('GET', `/admin/tenants/${tenantId}/onboarding-link`)).body;
    expect(view.usedAt).not.toBeNull();
  });

  it('that nobody opened is not used up by a phone that is linked in another way', async () => {
    const tenantId = await api.createTenant('Other way');
    const token = await newLink(tenantId);
    await becomes(tenantId, connected());
    await becomes(tenantId, { state: 'LOGGED_OUT' });
    expect((await open(token)).answer.body).toMatchObject({ isDone: false });
  });

  it('ends with a newer one, with its time, and when it is withdrawn; and says which', async () => {
    const tenantId = await api.createTenant('Ends');
    const older = await newLink(tenantId);
    const opened = await open(older);
    const newer = await newLink(tenantId, 1);
    expect((await opened.call('GET', '/link/current')).body).toMatchObject({ reason: 'revoked' });
    expect((await open(older)).answer).toMatchObject({ status: 410, body: { reason: 'revoked' } });
    const again = await open(newer);
    api.passMs(2 * 60 * 60 * 1_000);
    expect((await again.call('GET', '/link/current')).body).toMatchObject({ reason: 'expired' });
    const last = await open(await newLink(tenantId));
    const path = `/admin/tenants/${tenantId}/onboarding-link`;
    expect((await api.admin('DELETE', path)).status).toBe(204);
    expect((await api.admin('DELETE', path)).status).toBe(204);
    expect((await last.call('GET', '/link/current')).body).toMatchObject({ reason: 'revoked' });
    expect((await api.admin('GET', path)).status).toBe(404);
  });

  it('is opened by no guess, no page of others, and no cookie that was not given', async () => {
    const tenantId = await api.createTenant('Guarded');
    const { headers, call } = await open(await newLink(tenantId));
    expect((await throughWeb()('POST', '/link/open', { body: { token: 'x'.repeat(43) } })).status).toBe(404);
    const foreign = throughWeb({ ...headers, origin: 'http://evil.example' });
    expect((await foreign('POST', '/link/current/start')).body.code).toBe('ORIGIN_NOT_ALLOWED');
    const direct = api.anyone({ ...headers, origin: webOrigin });
    expect((await direct('GET', '/link/current')).status).toBe(401);
    const [id] = (headers.cookie.split('=')[1] ?? '').split('.');
    const forged = throughWeb({ cookie: `wafleet_link=${id}.${'x'.repeat(43)}` });
    expect((await forged('GET', '/link/current')).status).toBe(410);
    expect((await throughWeb({ cookie: 'wafleet_link=lnk_none.x' })('GET', '/link/current')).status).toBe(
      401,
    );
    const statuses: number[] = [];
    while (statuses.length < 30 && statuses.at(-1) !== 429)
      statuses.push((await call('POST', '/link/current/start')).status);
    expect(statuses.slice(0, 5)).toEqual(Array(5).fill(202));
    expect(statuses.at(-1)).toBe(429);
  });

  it('leaves its token in no log and no table, and its deeds in the audit log', async () => {
    const tenantId = await api.createTenant('Quiet');
    const token = await newLink(tenantId);
    const { headers, call } = await open(token);
    await call('POST', '/link/current/start');
    const entry = await eventually(
      () => api.db.auditEntry.findFirst({ where: { tenantId, action: 'POST /link/current/start' } }),
      { timeoutMs: 60_000, what: 'the audit entry' },
    );
    expect(entry).toMatchObject({ actorKind: 'link', outcome: 'done' });
    const secret = headers.cookie.split('.').at(-1) as string;
    const stored = JSON.stringify([
      await api.db.onboardingLink.findMany(),
      await api.db.auditEntry.findMany(),
    ]);
    for (const one of [token, secret]) expect([stored, api.logLines.join()].join()).not.toContain(one);
  });

  it('tells its browser live when the code changes, of nothing else, and ends with the link', async () => {
    const tenantId = await api.createTenant('Live');
    const { headers } = await open(await newLink(tenantId));
    const answer = await fetch(`${api.url}/link/current/events/live`, {
      headers: { ...headers, 'x-portal-key': api.portalKey },
      signal: AbortSignal.timeout(60_000),
    });
    const stream = { text: '', hasEnded: false };
    void (async () => {
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
        stream.text += Buffer.from(chunk).toString();
      stream.hasEnded = true;
    })().catch(() => undefined);
    await eventually(() => stream.text.includes('event: hello'), { timeoutMs: 60_000, what: 'hello' });
    await api.admin('PATCH', `/admin/tenants/${tenantId}`, { body: { name: 'Renamed' } });
    await becomes(tenantId, shows('another'));
    await eventually(() => stream.text.includes('session.qr'), { timeoutMs: 60_000, what: 'the new code' });
    expect(stream.text).not.toContain('tenant.updated');
    await api.admin('DELETE', `/admin/tenants/${tenantId}/onboarding-link`);
    await eventually(() => stream.hasEnded, { timeoutMs: 60_000, what: 'the end of the stream' });
  });

  it('is forgotten a month after its end', async () => {
    const now = () => new Date(Date.now() + 75 * 24 * 60 * 60 * 1_000);
    await endedLinkRetention({ db: api.db, now }).run();
    expect(await api.db.onboardingLink.count()).toBe(0);
  });
});
