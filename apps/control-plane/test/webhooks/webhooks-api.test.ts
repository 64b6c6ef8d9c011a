import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { startTestApi, type TestApi } from '../test-api';

const url = 'https://receiver.example/hook';

describe('webhooks', () => {
  let api: TestApi;
  let tenantId: TenantId;
  let at: string;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery');
    at = `/admin/tenants/${tenantId}/webhooks`;
  });

  const create = async (body: object = {}) =>
    (await api.admin('POST', at, { body: { url, ...body } })).body as { id: string; secret: string };
  const rename = (name: string) => api.admin('PATCH', `/admin/tenants/${tenantId}`, { body: { name } });
  const deliveries = async (id: string, query = '') =>
    (await api.admin('GET', `${at}/${id}/deliveries${query}`)).body.items as any[];
  /** A message as the link stores it, and an event about it. */
  const tellMessage = async (id: string, chatId: string, isHistory = false) => {
    const row = { id, tenantId, direction: 'INBOUND', status: 'RECEIVED', chatId, fromMe: false } as const;
    await api.commit(async (tx) => {
      await tx.message.create({ data: { ...row, body: 'Hello', timestamp: new Date(), isHistory } });
      const event = { tenantId, type: 'message.received', at: new Date(), data: { messageId: id } } as const;
      return { events: [event], result: undefined };
    });
  };

  it('show their secret once, and keep it sealed', async () => {
    const { id, secret } = await create({ events: ['message.received'], description: 'shop' });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = (await api.admin('GET', `${at}/${id}`)).body;
    expect(shown).toMatchObject({ url, events: ['message.received'], description: 'shop', state: 'ACTIVE' });
    expect((await api.admin('GET', at)).body.items).toEqual([shown]);
    const row = await api.db.webhookEndpoint.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(shown) + Buffer.from(row.secretSealed).toString('latin1')).not.toContain(
      secret.slice(6),
    );
    expect(api.logLines.join()).not.toContain(secret.slice(6));
  });

  it('have two secrets for a time after a rotation, and one after it', async () => {
    const { id, secret } = await create();
    const rotated = await api.admin('POST', `${at}/${id}/rotate-secret`, { body: { keepSeconds: 60 } });
    expect(rotated.body.secret).not.toBe(secret);
    expect(rotated.body.previousSecretUntil).not.toBeNull();
    api.passMs(61_000);
    expect((await api.admin('GET', `${at}/${id}`)).body.previousSecretUntil).toBeNull();
  });

  it.each([
    'http://receiver.example/hook',
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001/',
    'https://user:password@receiver.example/',
    'https://receiver.example/#part',
    'ftp://receiver.example/',
    'not an address',
  ])('of %s are refused, naming the field', async (address) => {
    const answer = await api.admin('POST', at, { body: { url: address } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'url' }] } });
  });

  it('are as many as a tenant may have, and no more', async () => {
    for (let count = 0; count < 20; count += 1) await create();
    const answer = await api.admin('POST', at, { body: { url } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'TOO_MANY' } });
  });

  it('have a delivery for each event that they are to be told of, written with it', async () => {
    const all = await create();
    const some = await create({ events: ['message.received'] });
    await rename('Other');
    await tellMessage(`msg_${tenantId}`, '15550100001@c.us');
    expect((await deliveries(all.id)).map(({ event }) => event.type)).toEqual([
      'message.received',
      'tenant.updated',
      'action.requested',
    ]);
    const [delivery, ...others] = await deliveries(some.id);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ state: 'PENDING', attempts: 0, responseCode: null, problem: null });
    const told = (await api.admin('GET', `/admin/tenants/${tenantId}/events?limit=1`)).body.items[0];
    expect(delivery.event).toEqual(told);
    expect(delivery.id).toBe(told.id);
    const rows = await api.db.webhookDelivery.findMany({ where: { endpointId: some.id } });
    expect(rows.map(({ chat }) => chat)).toEqual(['15550100001@c.us']);
  });

  it('are not told what an undone transaction did', async () => {
    const { id } = await create();
    const undone = api.commit(async (tx) => {
      await tx.tenant.update({ where: { id: tenantId }, data: { name: 'Half' } });
      const event = { tenantId, type: 'tenant.updated', at: new Date(), data: { name: '\0' } } as const;
      return { events: [event], result: undefined };
    });
    await expect(undone).rejects.toThrow();
    expect(await deliveries(id)).toEqual([]);
  });

  it('are never told of messages from before the link', async () => {
    const { id } = await create();
    await tellMessage(`msg_old_${tenantId}`, '15550100001@c.us', true);
    await tellMessage(`msg_new_${tenantId}`, '15550100001@c.us');
    expect((await deliveries(id)).map(({ event }) => event.data.messageId)).toEqual([`msg_new_${tenantId}`]);
    const since = new Date(0).toISOString();
    await api.admin('POST', `${at}/${id}/replay`, { body: { since } });
    expect(await deliveries(id, '?limit=200')).not.toContainEqual(
      expect.objectContaining({
        event: expect.objectContaining({ data: { messageId: `msg_old_${tenantId}` } }),
      }),
    );
  });

  it('that are switched off are kept nothing for, and are on again by a word', async () => {
    const { id } = await create();
    const off = await api.admin('PATCH', `${at}/${id}`, { body: { isEnabled: false } });
    expect(off.body).toMatchObject({ state: 'DISABLED', reason: { code: 'switched_off' } });
    await rename('Unheard');
    expect(await deliveries(id)).toEqual([]);
    const on = await api.admin('PATCH', `${at}/${id}`, { body: { isEnabled: true } });
    expect(on.body).toMatchObject({ state: 'ACTIVE', reason: null });
    const events = (await api.admin('GET', `/admin/tenants/${tenantId}/events?type=webhook.state`)).body;
    expect(events.items.map(({ data }: any) => [data.state, data.by])).toEqual([
      ['ACTIVE', 'operator'],
      ['DISABLED', 'operator'],
    ]);
  });

  it('are sent again what they ask for: one, or all since a time, also what they missed', async () => {
    const { id } = await create();
    await rename('First');
    await api.db.webhookDelivery.updateMany({
      where: { endpointId: id },
      data: { state: 'DEAD', attempts: 3, settledAt: new Date() },
    });
    const [first] = await deliveries(id, '?state=DEAD');
    const replayed = await api.admin('POST', `${at}/${id}/deliveries/${first.id}/replay`);
    expect(replayed).toMatchObject({ status: 202, body: { id: first.id, state: 'PENDING', attempts: 0 } });
    await api.admin('PATCH', `${at}/${id}`, { body: { isEnabled: false } });
    await rename('Second');
    const since = first.event.at;
    const all = await api.admin('POST', `${at}/${id}/replay`, { body: { since } });
    expect(all.body).toEqual({ replayed: 2, nextSince: null });
    const types = (await deliveries(id, '?state=PENDING')).map(({ event }) => event.type);
    expect(types).toEqual(['tenant.updated', 'tenant.updated']);
    expect((await api.admin('POST', `${at}/${id}/deliveries/${first.id}x/replay`)).status).toBe(404);
  });

  it('are unknown under another tenant, whatever is asked of them', async () => {
    const { id } = await create();
    await rename('Named');
    const [delivery] = await deliveries(id);
    const other = await api.createTenant('Florist');
    const before = await api.db.webhookEndpoint.findUniqueOrThrow({ where: { id } });
    const under = `/admin/tenants/${other}/webhooks/${id}`;
    const since = new Date(0).toISOString();
    const asked: [string, string, object?][] = [
      ['GET', under],
      ['PATCH', under, { description: 'mine' }],
      ['POST', `${under}/rotate-secret`, { keepSeconds: 0 }],
      ['POST', `${under}/test`],
      ['GET', `${under}/deliveries`],
      ['POST', `${under}/deliveries/${delivery.id}/replay`],
      ['POST', `${under}/replay`, { since }],
    ];
    for (const [method, path, body] of asked)
      expect([path, (await api.admin(method, path, body ? { body } : {})).status]).toEqual([path, 404]);
    expect((await api.admin('DELETE', under)).status).toBe(204);
    expect(await api.db.webhookEndpoint.findUniqueOrThrow({ where: { id } })).toEqual(before);
  });

  it('go with their deliveries when they are removed, or their tenant is', async () => {
    const removed = await create();
    const kept = await create();
    await rename('Named');
    expect((await api.admin('DELETE', `${at}/${removed.id}`)).status).toBe(204);
    expect((await api.admin('DELETE', `${at}/${removed.id}`)).status).toBe(204);
    const left = { where: { endpointId: { in: [removed.id, kept.id] } } };
    expect((await api.db.webhookDelivery.findMany(left)).length).toBeGreaterThan(0);
    await api.db.tenant.delete({ where: { id: tenantId } });
    expect(await api.db.webhookDelivery.count(left)).toBe(0);
    expect(await api.db.webhookEndpoint.count({ where: { tenantId } })).toBe(0);
  });
});
