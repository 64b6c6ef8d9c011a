import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  asAdmin,
  type ControlPlane,
  type EventStream,
  type Fault,
  faults,
  findTenantProcesses,
  forgetsQuickly,
  heal,
  hold,
  type LinkedTenant,
  linkTenants,
  mended,
  openEventStream,
  processInRole,
  type Stack,
  startStack,
  untilGreen,
} from '@wafleet/testing';

/** Shorter than a real installation's, so that what waits for a deadline ends within seconds. */
const impatient = {
  SUPERVISION: JSON.stringify({ ...forgetsQuickly.supervision, hungMs: 8_000 }),
  WORKER_DEADLINES: JSON.stringify({
    deadlines: {
      probeIntervalMs: 3_000,
      probeTimeoutMs: 1_500,
      socketSilentMs: 3_000,
      pageMs: 6_000,
      readyMs: 6_000,
    },
    reconnect: { ...forgetsQuickly.reconnect, firstMs: 500, slowMs: 2_000 },
  }),
};

const table = Object.values<Fault>(faults);
const withOutcome = (outcome: Fault['outcome']) =>
  table.filter((fault) => fault.outcome === outcome).map((fault) => [fault.title, fault] as const);

describe('a tenant', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let stream: EventStream;
  let tenant: LinkedTenant;
  let neighbour: LinkedTenant;

  beforeAll(async () => {
    stack = await startStack({ env: impatient });
    controlPlane = await stack.startControlPlane();
    stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    [tenant, neighbour] = (await linkTenants(stack, controlPlane, ['15550100101', '15550100102'])) as [
      LinkedTenant,
      LinkedTenant,
    ];
  }, 120_000);

  afterEach(() => mended({ stack }));

  afterAll(async () => {
    stream?.stop();
    await stack?.stop();
  });

  const place = () => ({ stack, controlPlane, tenant });
  const codesShown = () => stream.events.filter(({ type }) => type === 'session.qr').length;
  const browserOf = ({ id }: LinkedTenant) =>
    processInRole(findTenantProcesses(stack.tenantsDir), id, 'browser');

  describe('heals without a scan when', () => {
    it.each(withOutcome('heals'))(
      '%s',
      async (_title, fault) => {
        const before = { codes: codesShown(), neighbour: browserOf(neighbour) };
        const { reasons } = await heal(fault, place(), stream);
        expectNamed(reasons, fault);
        await untilGreen(controlPlane, [tenant, neighbour]);
        expect(codesShown()).toBe(before.codes);
        expect(browserOf(neighbour)).toBe(before.neighbour);
      },
      120_000,
    );
  });

  describe('keeps its browser when', () => {
    it.each(withOutcome('holds'))(
      '%s',
      async (_title, fault) => {
        const before = { codes: codesShown(), own: browserOf(tenant) };
        for (const reason of await hold(fault, place(), stream)) expect(allowed(fault)).toContain(reason);
        expect(browserOf(tenant)).toBe(before.own);
        expect(codesShown()).toBe(before.codes);
      },
      120_000,
    );
  });

  describe('says what a person is to do when', () => {
    it.each(withOutcome('person'))(
      '%s',
      async (_title, fault) => {
        const { reasons } = await heal(fault, place(), stream);
        expect(reasons.some((reason) => fault.reasons.includes(reason))).toBe(true);
      },
      120_000,
    );
  });
});

const allowed = ({ reasons, passing = [] }: Fault) => [...reasons, ...passing, 'probe_overdue'];

/** One of the fault's own words was shown, and no other that is not explained by it. */
function expectNamed(shown: readonly string[], fault: Fault): void {
  for (const reason of shown) expect(allowed(fault)).toContain(reason);
  expect(shown.some((reason) => (fault.reasons as readonly string[]).includes(reason))).toBe(true);
}
