import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
  inLanes,
  type LinkedTenant,
  linkTenants,
  mended,
  mendedForAll,
  openEventStream,
  processInRole,
  readStory,
  requireNoLeaks,
  type Stack,
  startStack,
  untilGreen,
  untilWellForLong,
} from '@wafleet/testing';

/** Shorter than a real installation's, so that what waits for a deadline ends within seconds. */
const impatient = {
  SUPERVISION: JSON.stringify({ ...forgetsQuickly.supervision, hungMs: 8_000 }),
  WORKER_DEADLINES: JSON.stringify({
    deadlines: {
      probeIntervalMs: 3_000,
      probeTimeoutMs: 1_500,
      // Longer than between two pings of a page: what it sends in between need not be answered.
      socketSilentMs: 25_000,
      pageMs: 6_000,
      readyMs: 6_000,
    },
    reconnect: { ...forgetsQuickly.reconnect, firstMs: 500, slowMs: 2_000 },
  }),
};

/** Most of a fault's time is waiting, so several tenants meet theirs at once. */
const numbers = ['15550100101', '15550100102', '15550100103', '15550100104'];

const table = Object.values<Fault>(faults);
const withOutcome = (outcome: Fault['outcome']) =>
  table.filter((fault) => fault.outcome === outcome).map((fault) => [fault.title, fault] as const);

/** For all that is carried out before. */
const patienceMs = 400_000;

/** What one fault led to. */
interface Run {
  reasons: string[];
  codesShown: number;
  keptBrowser: boolean;
  /** In the live stream and in the log: what the tenant was shown as. */
  shown: string[];
  story: string[];
}

describe('a tenant', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let stream: EventStream;
  let neighbour: LinkedTenant;
  const runs = new Map<Fault, Promise<Run>>();
  let neighboursStory: Promise<{ shown: string[]; keptBrowser: boolean }>;

  beforeAll(async () => {
    stack = await startStack({ env: impatient });
    controlPlane = await stack.startControlPlane();
    stream = await openEventStream(`${controlPlane.url}/admin/events`, asAdmin(stack.adminKey));
    const tenants = await linkTenants(stack, controlPlane, [...numbers, '15550100109']);
    neighbour = tenants.pop() as LinkedTenant;
    // Those that end a link come last: a new link survives no crash for its first seconds.
    const own = table.filter(({ meetsAll }) => !meetsAll).sort(byOutcome);
    const before = { shown: shownOf(neighbour).length, browser: browserOf(neighbour) };
    keep(own, inLanes(own, tenants, meet));
    neighboursStory = Promise.allSettled(runs.values()).then(() => ({
      shown: shownOf(neighbour).slice(before.shown),
      keptBrowser: browserOf(neighbour) === before.browser,
    }));
    const shared = table.filter(({ meetsAll }) => meetsAll);
    const alone = neighboursStory.then(() => undefined);
    keep(
      shared,
      inLanes(shared, tenants.slice(0, 1), (fault, tenant) => alone.then(() => meet(fault, tenant))),
    );
  }, 300_000);

  afterAll(async () => {
    await Promise.allSettled(runs.values());
    stream?.stop();
    await stack?.stop();
  }, 300_000);

  function keep(meeting: readonly Fault[], outcomes: readonly Promise<Run>[]): void {
    meeting.forEach((fault, index) => runs.set(fault, outcomes[index] as Promise<Run>));
  }

  async function meet(fault: Fault, tenant: LinkedTenant): Promise<Run> {
    const place = { stack, controlPlane, tenant };
    try {
      await untilWellForLong(place);
      const before = {
        shown: shownOf(tenant).length,
        codes: codesOf(tenant),
        browser: browserOf(tenant),
        log: controlPlane.process.output().length,
      };
      const reasons =
        fault.outcome === 'holds'
          ? await hold(fault, place, stream)
          : (await heal(fault, place, stream)).reasons;
      return {
        reasons,
        codesShown: codesOf(tenant) - before.codes,
        keptBrowser: browserOf(tenant) === before.browser,
        shown: shownOf(tenant).slice(before.shown),
        story: readStory(controlPlane.process.output().slice(before.log), tenant.id),
      };
    } finally {
      await mended({ stack, tenant });
      if (fault.meetsAll) await mendedForAll({ stack });
    }
  }

  const eventsOf = ({ id }: LinkedTenant) => stream.events.filter(({ tenantId }) => tenantId === id);
  const codesOf = (tenant: LinkedTenant) =>
    eventsOf(tenant).filter(({ type }) => type === 'session.qr').length;
  const shownOf = (tenant: LinkedTenant) =>
    eventsOf(tenant)
      .filter(({ type }) => type === 'tenant.status')
      .map(({ data }) => ['tenant status changed', data.status, data.reason].filter(Boolean).join(' '));
  const browserOf = ({ id }: LinkedTenant) =>
    processInRole(findTenantProcesses(stack.tenantsDir), id, 'browser');
  const runOf = (fault: Fault) => runs.get(fault) as Promise<Run>;

  describe('heals without a scan when', () => {
    it.each(withOutcome('heals'))(
      '%s',
      async (_title, fault) => {
        const { reasons, codesShown } = await runOf(fault);
        expectNamed(reasons, fault);
        expect(codesShown).toBe(0);
      },
      patienceMs,
    );
  });

  describe('keeps its browser when', () => {
    it.each(withOutcome('holds'))(
      '%s',
      async (_title, fault) => {
        const { reasons, codesShown, keptBrowser } = await runOf(fault);
        for (const reason of reasons) expect(allowed(fault)).toContain(reason);
        expect(keptBrowser).toBe(true);
        expect(codesShown).toBe(0);
      },
      patienceMs,
    );
  });

  describe('says what a person is to do when', () => {
    it.each(withOutcome('person'))(
      '%s',
      async (_title, fault) => {
        const { reasons } = await runOf(fault);
        expect(reasons.some((reason) => (fault.reasons as string[]).includes(reason))).toBe(true);
      },
      patienceMs,
    );
  });

  it(
    'never notices what happens to its neighbours alone',
    async () => {
      expect(await neighboursStory).toEqual({ shown: [], keptBrowser: true });
    },
    patienceMs,
  );

  it(
    'has each change of its status in the log, as one line',
    async () => {
      for (const { shown, story } of await Promise.all(runs.values()))
        expect(story.filter((line) => line.startsWith('tenant status'))).toEqual(shown);
    },
    patienceMs,
  );

  it(
    'tells its whole story in the log, from the fault to the repair',
    async () => {
      // That a proof is overdue shows only where it comes before what is worse.
      const storyOf = async (fault: Fault) =>
        (await runOf(fault)).story.filter((line) => !line.endsWith('probe_overdue'));
      expect(await storyOf(faults.rendererKilled)).toEqual([
        'session state changed RECONNECTING renderer_crashed',
        'tenant status changed RECOVERING renderer_crashed',
        'incident opened renderer_crashed',
        'session state changed CONNECTED',
        'tenant status changed ACTIVE',
        'incident resolved renderer_crashed',
      ]);
      const generation = expect.stringMatching(/^worker (started|ended) \d+/);
      expect(await storyOf(faults.workerKilled)).toEqual([
        'session state changed DISCONNECTED worker_exited',
        generation,
        'tenant status changed RECOVERING worker_exited',
        'incident opened worker_exited',
        generation,
        'session state changed STARTING',
        'session state changed AUTHENTICATING',
        'session state changed CONNECTED',
        'tenant status changed ACTIVE',
        'incident resolved worker_exited',
      ]);
    },
    patienceMs,
  );

  it(
    'is green in the end, and nothing is left that no live tenant owns',
    async () => {
      await Promise.allSettled(runs.values());
      const { items } = await controlPlane.admin.get('/admin/tenants');
      await untilGreen(controlPlane, items);
      await requireNoLeaks(
        stack,
        items.map(({ id }: { id: string }) => id),
      );
    },
    patienceMs,
  );
});

const allowed = ({ reasons, passing = [] }: Fault) => [...reasons, ...passing, 'probe_overdue'];

/** One of the fault's own words was shown, and no other that is not explained by it. */
function expectNamed(shown: readonly string[], fault: Fault): void {
  for (const reason of shown) expect(allowed(fault)).toContain(reason);
  expect(shown.some((reason) => (fault.reasons as readonly string[]).includes(reason))).toBe(true);
}

function byOutcome(one: Fault, other: Fault): number {
  const order = ['heals', 'holds', 'person'];
  return order.indexOf(one.outcome) - order.indexOf(other.outcome);
}
