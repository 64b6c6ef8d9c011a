import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BrowserCensus,
  eventually,
  findTenantProcesses,
  type Fleet,
  type FleetFault,
  fleetFaults,
  forgetsQuickly,
  healFleet,
  requireNoLeaks,
  startFleet,
} from '@wafleet/testing';

/** Longer than a worker may be silent here: a control plane that was away must not blame its workers. */
const lastsMs = 10_000;
const impatient = {
  SUPERVISION: JSON.stringify({ ...forgetsQuickly.supervision, hungMs: 8_000 }),
  WORKER_DEADLINES: JSON.stringify({ reconnect: forgetsQuickly.reconnect }),
};

const withWorkersThat = (fate: FleetFault['workers']) =>
  Object.values<FleetFault>(fleetFaults)
    .filter(({ workers }) => workers === fate)
    .map((fault) => [fault.title, fault] as const);

describe('a fleet of five', () => {
  let fleet: Fleet;
  let census: BrowserCensus;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [1, 2, 3, 4, 5].map((last) => `1555010030${last}`),
      env: impatient,
    });
    census = new BrowserCensus(fleet.stack.tenantsDir);
  }, 300_000);

  afterAll(async () => {
    census?.stop();
    await fleet?.stop();
  }, 180_000);

  /** What runs for each tenant, oldest first. */
  const processes = () =>
    findTenantProcesses(fleet.stack.tenantsDir)
      .filter(({ role }) => role === 'worker' || role === 'browser')
      .map(({ tenantId, role, pid }) => `${tenantId} ${role} ${pid}`)
      .sort();
  const queueIsWell = async (): Promise<boolean> => {
    const { body } = await fleet.controlPlane.admin.call('GET', '/readyz');
    return body.components.find(({ name }: { name: string }) => name === 'queue').isWell;
  };

  describe('keeps its workers and is green again by itself when', () => {
    it.each(withWorkersThat('live'))(
      '%s',
      async (_title, fault) => {
        const before = processes();
        const { untilNotGreenMs, seen } = await healFleet(fault, fleet, { lastsMs });
        expect(untilNotGreenMs === null).toBe(fault.api === 'answers');
        expect([...seen].filter((status) => needsAPerson.includes(status))).toEqual([]);
        expect(processes()).toEqual(before);
      },
      120_000,
    );
  });

  describe('is green again without a scan when', () => {
    it.each(withWorkersThat('die'))(
      '%s',
      async (_title, fault) => {
        const before = processes();
        const { seen, staleGreens } = await healFleet(fault, fleet, { lastsMs });
        expect([...seen].filter((status) => needsAPerson.includes(status))).toEqual([]);
        expect(staleGreens).toBe(0);
        const after = processes();
        expect(after.length).toBe(before.length);
        expect(after.filter((one) => before.includes(one))).toEqual([]);
      },
      120_000,
    );
  });

  it('tells that the queue is away, and that it is back', async () => {
    const toBe = async (isWell: boolean) =>
      eventually(async () => (await queueIsWell()) === isWell, {
        timeoutMs: 60_000,
        what: `a queue that is ${isWell ? '' : 'not '}well`,
      });
    await fleet.queue?.interrupt();
    if (fleet.queue) await toBe(false);
    await fleet.queue?.resume();
    await toBe(true);
  }, 90_000);

  it('leaves nothing behind that no live tenant owns', async () => {
    await requireNoLeaks(
      fleet.stack,
      fleet.tenants.map(({ id }) => id),
    );
  });

  it('never had two browsers of one tenant', () => {
    expect(census.samples).toBeGreaterThan(0);
    expect(census.most).toBe(1);
  });
});

const needsAPerson = ['ERROR', 'QR_PENDING', 'PAUSED'];
