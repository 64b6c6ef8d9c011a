import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Capacity, TenantId, TenantStatusView } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { createFleet, patienceMs, supervision, type Fleet, type RunningApp } from '../fleet';

jest.setTimeout(120_000);
const waiting = { timeoutMs: patienceMs };

/** Of this machine, now. */
const availableBytes = () =>
  Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;

describe('a worker that the machine has no room for', () => {
  let fleet: Fleet;
  let running: RunningApp;

  beforeAll(async () => {
    fleet = await createFleet();
  });
  afterEach(async () => {
    await running.stop();
    await fleet.clear();
  });
  afterAll(() => fleet?.stop());

  /** @param atOnce so many may boot together */
  const start = async (
    atOnce: number,
    memory: { minAvailableBytes: number; bootBytes?: number },
    mute = true,
  ) => {
    running = await fleet.start({
      MAX_CONCURRENT_BOOTS: String(atOnce),
      SUPERVISION: JSON.stringify({ ...supervision, linklessMs: 60_000, ...memory }),
      // One that never opens its link boots for as long as it is let.
      ...(mute ? { WORKER_BUNDLE: fleet.program('mute') } : {}),
    });
    await running.app.active;
  };
  const boots = async () => ((await running.api.get('/admin/capacity')) as Capacity).boots;
  const isBooting = ({ worker }: TenantStatusView) => worker.status === 'STARTING' && worker.generation > 0;
  const untilWaiting = (tenantId: TenantId, place: RegExp) =>
    fleet.until(
      running.api,
      tenantId,
      ({ status, reason, detail }) =>
        status === 'STARTING' && reason?.code === 'capacity_wait' && place.test(detail ?? ''),
    );

  it('waits for memory, says so with its place, and starts once another gives its memory back', async () => {
    // Room for one and a half.
    await start(4, { minAvailableBytes: 1, bootBytes: Math.round(availableBytes() * 0.65) });
    const first = await running.createTenant();
    await fleet.until(running.api, first, isBooting);
    const second = await running.createTenant();
    await untilWaiting(second, /^Number 1 of 1 that wait for memory: \d+ MB are available, /);
    const third = await running.createTenant();
    const { detail, worker } = await untilWaiting(third, /^Number 2 of 2 that wait for memory: /);
    expect(detail).toMatch(/a start takes about \d+ MB and 0 MB are kept free\.$/);
    expect(worker).toMatchObject({ status: 'STOPPED', generation: 0 });
    expect(fleet.processesOf(third)).toEqual([]);
    expect((await boots()).waiting.map(({ tenantId }) => tenantId)).toEqual([second, third]);

    await running.api.post(`/admin/tenants/${first}/worker/stop`);
    await fleet.until(running.api, second, isBooting);
    await eventually(() => fleet.processesOf(second).length === 1, { ...waiting, what: 'its process' });
    await untilWaiting(third, /^Number 1 of 1 /);
  });

  it('waits for its turn where as many start as the processors are good for', async () => {
    await start(1, { minAvailableBytes: 0 });
    const first = await running.createTenant();
    await fleet.until(running.api, first, isBooting);
    const second = await running.createTenant();
    await untilWaiting(second, /^Number 1 of 1 that wait for one of the 1 that start now to be done\.$/);
    await running.api.post(`/admin/tenants/${first}/worker/stop`);
    await fleet.until(running.api, second, isBooting);
    expect((await boots()).underWay.map(({ tenantId }) => tenantId)).toEqual([second]);
  });

  it('waits on through a restart of the control plane, and is well once the limit allows it', async () => {
    await start(4, { minAvailableBytes: Number.MAX_SAFE_INTEGER }, false);
    const tenantId = await running.createTenant();
    await untilWaiting(tenantId, /^Number 1 of 1 that wait for memory/);
    await running.stop();
    await start(4, { minAvailableBytes: Number.MAX_SAFE_INTEGER }, false);
    await untilWaiting(tenantId, /^Number 1 of 1 that wait for memory/);
    await running.stop();
    await start(4, { minAvailableBytes: 0 }, false);
    const { worker, detail } = await fleet.until(running.api, tenantId, 'ACTIVE');
    expect({ generation: worker.generation, detail }).toEqual({ generation: 1, detail: null });
    await eventually(async () => (await boots()).waiting.length === 0, {
      ...waiting,
      what: 'nobody to wait',
    });
  });
});
