import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AuditEntry, Capacity, Page, TenantId, TenantStatusView } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { noteLongRepairs } from '../../src/alerts/causes/note-long-repairs';
import { createFleet, patienceMs, type Fleet, type RunningApp } from '../fleet';

jest.setTimeout(180_000);

describe('a drained installation', () => {
  let fleet: Fleet;
  let running: RunningApp;

  beforeAll(async () => {
    fleet = await createFleet();
  });
  afterEach(async () => {
    await resume();
    await running.stop();
    await fleet.clear();
  });
  afterAll(() => fleet?.stop());

  const start = async (program: 'steady' | 'mute' = 'steady') => {
    running = await fleet.start({ WORKER_BUNDLE: fleet.program(program) });
    await running.app.active;
  };
  const drain = async () => (await running.api.post('/admin/capacity/drain')) as Capacity;
  const resume = async () => (await running.api.post('/admin/capacity/resume')) as Capacity;
  const capacity = async () => (await running.api.get('/admin/capacity')) as Capacity;
  const until = (tenantId: TenantId, wanted: Parameters<Fleet['until']>[2]) =>
    fleet.until(running.api, tenantId, wanted);
  const isDrained = ({ status, reason, detail, worker }: TenantStatusView) =>
    status === 'STARTING' &&
    reason?.code === 'capacity_wait' &&
    /^An operator has drained /.test(detail ?? '') &&
    worker.status === 'STOPPED';

  it('ends every worker and starts none, keeps what is wanted, and has all of it back afterwards', async () => {
    await start();
    const tenants = [await running.createTenant(), await running.createTenant()];
    for (const tenantId of tenants) await until(tenantId, 'ACTIVE');
    const { drain: order } = await drain();
    expect(order).toEqual({ since: expect.any(String), by: expect.any(String) });
    for (const tenantId of tenants) {
      expect(await until(tenantId, isDrained)).toMatchObject({
        desiredState: 'RUNNING',
        worker: { generation: 1 },
      });
      expect(fleet.processesOf(tenantId)).toEqual([]);
    }
    const late = await running.createTenant();
    await until(late, isDrained);
    await running.api.post(`/admin/tenants/${tenants[0]}/worker/restart`);
    const { workers, boots } = await capacity();
    expect({ running: workers.running, underWay: boots.underWay, waiting: boots.waitingCount }).toEqual({
      running: 0,
      underWay: [],
      waiting: 3,
    });
    expect((await drain()).drain).toEqual(order);

    expect((await resume()).drain).toBeNull();
    for (const tenantId of tenants)
      expect((await until(tenantId, 'ACTIVE')).worker).toMatchObject({ generation: 2 });
    expect((await until(late, 'ACTIVE')).worker).toMatchObject({ generation: 1 });
    const { items } = (await running.api.get('/admin/audit?limit=20')) as Page<AuditEntry>;
    const acts = items.map(({ action }) => action).filter((action) => action.includes('capacity'));
    expect(acts).toEqual([
      'POST /admin/capacity/resume',
      'POST /admin/capacity/drain',
      'POST /admin/capacity/drain',
    ]);
  });

  it('ends a boot that is under way, and does not begin it anew', async () => {
    await start('mute');
    const tenantId = await running.createTenant();
    await until(tenantId, ({ worker }) => worker.status === 'STARTING' && worker.generation === 1);
    await drain();
    await until(tenantId, isDrained);
    await eventually(async () => (await capacity()).boots.waitingCount === 1, {
      timeoutMs: patienceMs,
      what: 'it to wait',
    });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    expect((await until(tenantId, isDrained)).worker.generation).toBe(1);
  });

  it('stays so through a restart of the control plane', async () => {
    await start();
    const tenantId = await running.createTenant();
    await until(tenantId, 'ACTIVE');
    const { drain: order } = await drain();
    await until(tenantId, isDrained);
    await running.stop();
    await start();
    expect((await capacity()).drain).toEqual(order);
    const added = await running.createTenant();
    await until(added, isDrained);
    expect((await until(tenantId, isDrained)).worker.generation).toBe(1);
    await resume();
    await until(tenantId, 'ACTIVE');
  });

  it('tells nobody of the tenants that wait for it, nor right after', async () => {
    await start('mute');
    const tenantId = await running.createTenant();
    await drain();
    await until(tenantId, isDrained);
    const limitMs = 1_800_000;
    const alertsAt = async (now: Date) => {
      await noteLongRepairs(fleet.db, limitMs, now);
      return fleet.db.alert.count({ where: { tenantId } });
    };
    const inAnHour = new Date(Date.now() + 2 * limitMs);
    expect(await alertsAt(inAnHour)).toBe(0);
    // As an hour later, when it has just ended.
    await fleet.db.instance.updateMany({ data: { drainedAt: null, drainedBy: null, resumedAt: inAnHour } });
    expect(await alertsAt(inAnHour)).toBe(0);
    expect(await alertsAt(new Date(inAnHour.getTime() + limitMs))).toBe(1);
  });
});
