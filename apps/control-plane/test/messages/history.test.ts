import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantEventType, TenantId } from '@wafleet/contracts';
import { encodeTime } from 'ulid';
import { takeSamples } from '../../src/usage/take-samples';
import { usageRetention } from '../../src/usage/usage-retention';
import { startTestApi, type TestApi } from '../test-api';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const mib = 1024n * 1024n;

describe('the history of a tenant', () => {
  let api: TestApi;
  let tenantId: TenantId;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());
  beforeEach(async () => {
    tenantId = await api.createTenant('Bakery');
  });

  /** The whole minute so long ago. */
  const minuteBefore = (minutes: number) =>
    new Date(Math.floor(Date.now() / minuteMs) * minuteMs - minutes * minuteMs);
  const usage = async (range = '1h') =>
    (await api.admin('GET', `/admin/tenants/${tenantId}/metrics?range=${range}`)).body;
  const timeline = async (range = '24h') =>
    (await api.admin('GET', `/admin/tenants/${tenantId}/timeline?range=${range}`)).body;
  const beat = async (generation: number, browserMib: bigint) => {
    const data = {
      generation,
      lastHeartbeatAt: new Date(),
      nodeBytes: 50n * mib,
      browserBytes: browserMib * mib,
      cpuPercent: 4,
    };
    await api.db.workerHeartbeat.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data });
  };
  const message = (at: Date, mark: string, isHistory = false) =>
    api.db.message.create({
      data: {
        id: `msg_${encodeTime(at.getTime(), 10).toLowerCase()}${mark.padEnd(16, '0')}`,
        tenantId,
        direction: 'INBOUND',
        status: 'RECEIVED',
        chatId: '15550100123@c.us',
        fromMe: false,
        isHistory,
        body: 'Hello',
        timestamp: at,
      },
    });

  it('holds a sample of each minute in which its worker was heard, and counts its messages and starts', async () => {
    const [first, second] = [minuteBefore(3), minuteBefore(2)];
    await message(new Date(first.getTime() - 1), 'before');
    await message(first, 'a');
    await message(new Date(first.getTime() + minuteMs - 1), 'b');
    await message(first, 'c', true);
    await message(second, 'd');
    await beat(1, 150n);
    await takeSamples(api.db, first);
    await beat(2, 250n);
    await takeSamples(api.db, second);
    expect(await usage()).toMatchObject({
      stepSeconds: 60,
      memoryLimitMib: 1_024,
      samples: [
        { at: first.toISOString(), memoryMib: 200, cpuPercent: 4, messagesPerMinute: 2, restarts: 0 },
        { at: second.toISOString(), memoryMib: 300, messagesPerMinute: 1, restarts: 1 },
      ],
    });
    expect((await usage('7d')).samples.length).toBeLessThanOrEqual(2);
  });

  it('counts how often the page reconnected, also in a minute of which nothing else is known', async () => {
    const [first, second] = [minuteBefore(3), minuteBefore(2)];
    await beat(1, 150n);
    await takeSamples(api.db, first);
    const became = (state: string, at: Date) =>
      api.db.tenantEvent.create({ data: { tenantId, type: 'session.state', at, data: { state } } });
    for (const ms of [0, 20_000]) await became('RECONNECTING', new Date(first.getTime() + ms));
    await became('CONNECTED', first);
    await became('RECONNECTING', second);
    expect((await usage()).samples).toMatchObject([
      { at: first.toISOString(), memoryMib: 200, reconnects: 2 },
      { at: second.toISOString(), memoryMib: null, restarts: 0, reconnects: 1 },
    ]);
  });

  it('takes a minute once, and none of a worker that was not heard', async () => {
    await beat(1, 150n);
    await takeSamples(api.db, minuteBefore(1));
    await beat(1, 300n);
    await takeSamples(api.db, minuteBefore(1));
    await api.db.workerHeartbeat.update({
      where: { tenantId },
      data: { lastHeartbeatAt: new Date(Date.now() - hourMs) },
    });
    await takeSamples(api.db, minuteBefore(0));
    expect((await usage()).samples).toMatchObject([{ memoryMib: 200 }]);
  });

  it('of usage is kept for a week, and goes with the tenant', async () => {
    await beat(1, 150n);
    await takeSamples(api.db, minuteBefore(1));
    const count = () => api.db.usageHour.count({ where: { tenantId } });
    const cleanUp = (days: number) =>
      usageRetention({ db: api.db, now: () => new Date(Date.now() + days * 24 * hourMs) }).run();
    await cleanUp(7);
    expect(await count()).toBe(1);
    await cleanUp(8);
    expect(await count()).toBe(0);
    await takeSamples(api.db, minuteBefore(1));
    await api.db.tenant.delete({ where: { id: tenantId } });
    expect(await count()).toBe(0);
  });

  it('tells which status it had when, and what happened but for messages', async () => {
    await api.db.tenantEvent.deleteMany({ where: { tenantId } });
    const at = (hours: number) => new Date(Date.now() - hours * hourMs);
    const happened = (hours: number, type: TenantEventType, data: Record<string, string | null> = {}) =>
      api.db.tenantEvent.create({ data: { tenantId, type, at: at(hours), data } });
    await happened(30, 'tenant.status', { status: 'ACTIVE', reason: null });
    await happened(5, 'incident.opened', { incidentId: 'inc_1', reason: 'browser_crashed' });
    await happened(5, 'tenant.status', { status: 'RECOVERING', reason: 'browser_crashed' });
    await happened(4, 'message.received', { messageId: 'msg_1' });
    await happened(4, 'tenant.status', { status: 'ACTIVE', reason: null });
    const { band, events, isCut, from, to } = await timeline();
    expect(band).toMatchObject([
      { status: 'ACTIVE', from },
      { status: 'RECOVERING', reason: 'browser_crashed' },
      { status: 'ACTIVE', to },
    ]);
    expect(band[0].to).toBe(band[1].from);
    expect(events.map((event: any) => event.type)).toEqual([
      'tenant.status',
      'tenant.status',
      'incident.opened',
    ]);
    expect(isCut).toBe(false);
    expect((await timeline('1h')).band).toMatchObject([{ status: 'ACTIVE' }]);
    expect((await api.admin('GET', `/admin/tenants/${tenantId}/timeline?range=2y`)).status).toBe(400);
  });
});
