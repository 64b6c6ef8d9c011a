import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { cleanUp } from '../../src/jobs/cleanup';
import { firstMessageIdOf } from '../../src/messages/message-id';
import { retentionCleanup } from '../../src/privacy/retention-cleanup';
import { retentionDefaults, startTestApi, type TestApi } from '../test-api';

const dayMs = 24 * 60 * 60 * 1_000;

describe('how long data are kept', () => {
  let api: TestApi;
  let usual: TenantId;
  let own: TenantId;
  let stored = 0;

  beforeAll(async () => {
    api = await startTestApi();
    usual = await api.createTenant('Usual');
    own = await api.createTenant('Own');
  });
  afterAll(() => api?.stop());

  const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);
  async function storeMessage(tenantId: TenantId, days: number, status: 'RECEIVED' | 'QUEUED' = 'RECEIVED') {
    stored += 1;
    const id = firstMessageIdOf(daysAgo(days).getTime()).slice(0, -6) + String(stored).padStart(6, '0');
    await api.db.message.create({
      data: {
        id: `${id}${'0'.repeat(30 - id.length)}`,
        tenantId,
        direction: 'INBOUND',
        status,
        chatId: '15550100201@c.us',
        fromMe: false,
        body: `${days} days`,
        timestamp: daysAgo(days),
      },
    });
  }
  const bodies = async (tenantId: TenantId) =>
    (await api.db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } })).map(({ body }) => body);
  const clean = () =>
    cleanUp(retentionCleanup({ db: api.db, defaults: retentionDefaults, now: () => new Date() }));
  const change = (tenantId: TenantId, body: object) =>
    api.admin('PATCH', `/admin/tenants/${tenantId}/retention`, { body });

  it('what holds is the installation’s, or the tenant’s own', async () => {
    const before = await api.admin('GET', `/admin/tenants/${own}/retention`);
    expect(before.body).toMatchObject({
      own: { messageDays: null, historyDays: null },
      inForce: { messageDays: 365, mediaDays: 30, eventDays: 30, deliveryDays: { delivered: 7, failed: 30 } },
    });
    const changed = await change(own, { messageDays: 10, eventDays: 60, historyDays: 7 });
    expect(changed.body).toMatchObject({
      own: { messageDays: 10, eventDays: 60, historyDays: 7 },
      inForce: { messageDays: 10, eventDays: 60, mediaDays: 30, historyDays: 7 },
    });
    expect((await change(own, { messageDays: 1 })).body).toMatchObject({
      code: 'INVALID_INPUT',
      errors: [{ field: 'messageDays' }],
    });
  });

  it('messages go after their tenant’s time, and not while they are to be sent', async () => {
    for (const tenantId of [usual, own]) {
      for (const days of [400, 20, 5]) await storeMessage(tenantId, days);
      await storeMessage(tenantId, 390, 'QUEUED');
    }
    await clean();
    expect(await bodies(usual)).toEqual(['390 days', '20 days', '5 days']);
    expect(await bodies(own)).toEqual(['390 days', '5 days']);
  });

  it('so do events', async () => {
    const seen = async (tenantId: TenantId) =>
      (await api.db.tenantEvent.findMany({ where: { tenantId, type: 'session.qr' } })).length;
    for (const tenantId of [usual, own])
      for (const days of [70, 40, 5])
        await api.db.tenantEvent.create({
          data: { tenantId, type: 'session.qr', at: daysAgo(days), data: {} },
        });
    await clean();
    expect([await seen(usual), await seen(own)]).toEqual([1, 2]);
  });

  it('media that are here get the new end', async () => {
    const media = { tenantId: own, sha256: '0'.repeat(64), sizeBytes: 1, mimeType: 'image/png' };
    const createdAt = daysAgo(3);
    await api.db.media.create({ data: { ...media, id: 'med_1', createdAt, expiresAt: daysAgo(-27) } });
    await change(own, { mediaDays: 2 });
    const { expiresAt } = await api.db.media.findUniqueOrThrow({ where: { id: 'med_1' } });
    expect(expiresAt.getTime()).toBe(createdAt.getTime() + 2 * dayMs);
  });
});
