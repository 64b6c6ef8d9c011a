import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { startTestApi, type TestApi } from '../test-api';

const chatId = '15550100002@c.us';
const message = {
  key: { id: '3EB0AA', fromMe: false, chatId, sender: chatId },
  type: 'text',
  body: 'set aside',
  timestamp: Date.now(),
  senderName: null,
  ack: 1,
  isForwarded: false,
  hasMedia: false,
  quotedId: null,
};
const frameOf = (seq: number, event: object) => JSON.stringify({ type: 'event', seq, at: 1, event });

describe('an event that was set aside', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let path: string;

  beforeAll(async () => {
    api = await startTestApi();
    tenantId = await api.createTenant('Bakery');
    path = `/admin/tenants/${tenantId}/quarantined`;
  });
  afterAll(() => api?.stop());

  let seq = 0;
  async function setAside(frame: (seq: number) => string): Promise<string> {
    seq += 1;
    const data = { tenantId, generation: 0, seq, error: 'Error: a bug', frame: frame(seq) };
    return String((await api.db.quarantinedEvent.create({ data })).id);
  }
  const retry = (id: string) => api.admin('POST', `${path}/${id}/retry`);

  it('is listed with what it was and why, newest first', async () => {
    const first = await setAside((number) => frameOf(number, { kind: 'message.created', message }));
    const second = await setAside(() => 'x'.repeat(5_000));
    expect((await api.admin('GET', `${path}?limit=1`)).body).toMatchObject({
      items: [{ id: second, kind: null, sizeBytes: 5_000, excerpt: 'x'.repeat(2_000) }],
      nextCursor: expect.any(String),
    });
    expect((await api.admin('GET', path)).body.items[1]).toMatchObject({
      id: first,
      generation: 0,
      error: 'Error: a bug',
      kind: 'message.created',
    });
  });

  it('is stored by a retry, once, and then no longer set aside', async () => {
    const id = await setAside((number) => frameOf(number, { kind: 'message.created', message }));
    expect((await retry(id)).status).toBe(204);
    expect((await retry(id)).status).toBe(404);
    const stored = await api.db.message.findMany({ where: { tenantId } });
    expect(stored.map(({ body }) => body)).toEqual(['set aside']);
  });

  it.each<[string, (seq: number) => string, RegExp]>([
    ['can not be understood', (number) => frameOf(number, { kind: 'message.created' }), /message/],
    ['was too large to be kept whole', () => '{"type":"event","seq":1,"at":1,"event":{"kind":"mess', /whole/],
    ['tells of a state', (number) => frameOf(number, sessionChanged), /state that is over/],
  ])('that %s stays, and the answer says why', async (_title, frame, detail) => {
    const id = await setAside(frame);
    expect(await retry(id)).toMatchObject({
      status: 409,
      body: { code: 'STILL_QUARANTINED', detail: expect.stringMatching(detail) },
    });
    expect(await api.db.quarantinedEvent.count({ where: { id: BigInt(id) } })).toBe(1);
  });

  it('that came to another number than the one linked now stays', async () => {
    const id = await setAside((number) => frameOf(number, { kind: 'message.created', message }));
    const account = { id: `acc_${id}`, tenantId, phoneNumber: '15550100077' };
    const linkedAt = new Date(Date.now() + 60_000);
    await api.db.account.create({ data: { ...account, linkedAt } });
    await api.db.whatsappSession.update({ where: { tenantId }, data: { accountId: account.id } });
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'STILL_QUARANTINED' } });
  });

  it('of another tenant, or with an id that is none, is unknown', async () => {
    const id = await setAside(() => 'x');
    const other = await api.createTenant('Florist');
    for (const wrong of [
      `/admin/tenants/${other}/quarantined/${id}`,
      `${path}/0x1`,
      `${path}/${'9'.repeat(30)}`,
    ])
      expect((await api.admin('POST', `${wrong}/retry`)).status).toBe(404);
  });
});

const sessionChanged = {
  kind: 'session.changed',
  session: {
    state: 'CONNECTED',
    reason: null,
    detail: null,
    since: 1,
    attempt: 0,
    nextAttemptAt: null,
    qr: null,
    pairingCode: null,
    account: null,
    linkIsDurable: false,
    syncPercent: null,
    lastSeenAt: 1,
    versions: { whatsappWeb: null, browser: null, library: 'none' },
  },
};
