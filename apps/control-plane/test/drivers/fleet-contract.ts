import { expect, it } from '@jest/globals';
import type { TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { launchControlPlane, type LaunchedControlPlane } from '../launch-control-plane';
import { patienceMs, type Fleet } from '../fleet';

/** Control planes of one fleet as processes of their own, one after the other, or one beside the other. */
export interface FleetHarness {
  fleet: Fleet;
  /** The last one that was launched. */
  current(): LaunchedControlPlane;
  launch(options?: { standsBy?: boolean }): Promise<LaunchedControlPlane>;
  /** The tenant of each worker that runs, as whoever runs them tells: where two run for one, it is there twice. */
  workers(): Promise<string[]>;
  /** Kills the control planes. */
  end(): Promise<void>;
}

/** So many tenants are started at once. */
export const fleetSize = 10;
const waiting = { timeoutMs: 2 * patienceMs };

/** @param settings beside those of the fleet */
export function createFleetHarness(
  fleet: Fleet,
  settings: Record<string, string>,
  workers: FleetHarness['workers'],
): FleetHarness {
  const launched: LaunchedControlPlane[] = [];
  return {
    fleet,
    workers,
    current: () => launched.at(-1) as LaunchedControlPlane,
    async launch(options) {
      const one = await launchControlPlane(fleet, settings, options);
      launched.push(one);
      return one;
    },
    end: async () => void (await Promise.all(launched.map((one) => one.kill()))),
  };
}

/**
 * What control planes promise of a fleet's workers, whatever runs these.
 * @param given null where this machine has no such engine, which has been said already: then nothing is shown
 */
export function describeFleetContract(given: () => FleetHarness | null): void {
  it('whose control plane is killed again and again while it starts ten has one worker for each', async () => {
    const harness = given();
    if (harness === null) return;
    const { fleet, workers } = harness;
    const { api } = await harness.launch();
    const create = async (name: string) =>
      ((await api.post('/admin/tenants', { name })) as { id: TenantId }).id;
    const tenants = await Promise.all(Array.from({ length: fleetSize }, () => create('Shop')));
    const unwanted = await create('Closed');
    for (const few of [1, 4, 7]) {
      await eventually(async () => (await workers()).length >= few, {
        ...waiting,
        what: async () => `${few} workers, not ${(await workers()).length}; ${harness.current().output()}`,
      });
      await harness.current().kill();
      await harness.launch();
    }
    const last = harness.current().api;
    await last.post(`/admin/tenants/${unwanted}/worker/stop`);
    for (const tenantId of tenants) await fleet.until(last, tenantId, 'ACTIVE');
    // It may not have come to its first start before it was stopped.
    await fleet.until(last, unwanted, ({ status, worker }) =>
      worker.generation === 0 ? status === 'NEW' : status === 'PAUSED',
    );
    expect((await workers()).sort()).toEqual([...tenants].sort());
    for (const tenantId of tenants)
      expect((await fleet.status(last, tenantId)).worker).toMatchObject({ status: 'RUNNING' });
  });

  it('is taken over by the control plane that stands by, with every worker that runs', async () => {
    const harness = given();
    if (harness === null) return;
    const { fleet, workers } = harness;
    const before = await generationsOf(fleet);
    const first = harness.current();
    const second = await harness.launch({ standsBy: true });
    await first.kill();
    await second.untilReady();
    const wanted = await fleet.db.tenant.findMany({
      where: { desiredState: 'RUNNING' },
      select: { id: true },
    });
    for (const { id } of wanted) await fleet.until(second.api, id as TenantId, 'ACTIVE');
    expect((await workers()).sort()).toEqual(wanted.map(({ id }) => id).sort());
    expect(await generationsOf(fleet)).toEqual(before);

    // It acts: one that ends is followed by the next.
    const [{ id: mourned } = { id: '' }] = wanted;
    await second.api.post(`/admin/tenants/${mourned}/worker/restart`);
    await fleet.until(
      second.api,
      mourned as TenantId,
      ({ status, worker }) => status === 'ACTIVE' && worker.generation > (before[mourned] as number),
    );
    expect(await workers()).toHaveLength(fleetSize);
  });
}

/** Of each tenant's worker. */
export async function generationsOf(fleet: Fleet): Promise<Record<string, number>> {
  const rows = await fleet.db.workerProcess.findMany({ select: { tenantId: true, generation: true } });
  return Object.fromEntries(rows.map(({ tenantId, generation }) => [tenantId, generation]));
}
