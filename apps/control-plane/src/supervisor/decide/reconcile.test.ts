import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Observation } from '../../drivers/worker-driver';
import type { TenantFacts } from './facts';
import { supervisionPolicySchema } from './policy';
import { reconcile, type Action } from './reconcile';
import { sessionActs, type SessionAct } from './session-act';

const policy = { ...supervisionPolicySchema.parse({}), unscannedMs: 320_000 };
const now = 10_000_000;

interface Given extends Partial<Omit<TenantFacts, 'worker' | 'session' | 'link'>> {
  worker?: Partial<TenantFacts['worker']>;
  session?: Partial<TenantFacts['session']>;
  link?: Partial<TenantFacts['link']>;
}

const alive = (generation = 3): Observation => ({
  state: 'running',
  generation,
  handle: { version: 1 },
});
const dead = (code: number | null = 1, generation = 3): Observation => ({
  state: 'stopped',
  generation,
  exit: code === null ? null : { code, signal: null },
});
const ended = { hasEnded: true, status: 'STOPPED' as const };

/** A worker of generation 3 that runs well. */
function facts({ worker, session, link, ...given }: Given = {}): TenantFacts {
  return {
    now,
    desiredState: 'RUNNING',
    parkedReason: null,
    restorable: null,
    limits: null,
    limitsAreApplied: true,
    observed: alive(),
    mayKillSilent: true,
    isDrained: false,
    memory: null,
    ...given,
    worker: {
      status: 'RUNNING',
      reason: null,
      generation: 3,
      startedAt: now - 3_600_000,
      healthySince: now - 3_600_000,
      hasEnded: false,
      nextStartAt: null,
      replaceGeneration: null,
      pendingAct: null,
      crashes: [],
      ...worker,
    },
    session: {
      state: 'CONNECTED',
      reason: null,
      since: now - 3_600_000,
      toldAt: now - 3_600_000,
      nextAttemptAt: null,
      pairingExpiresAt: null,
      isLinked: true,
      linkIsDurable: true,
      ...session,
    },
    link: { current: { generation: 3, openedAt: 0, silentMs: 1_000 }, linklessSince: 0, ...link },
  };
}

const cases: [title: string, given: Given, expected: Partial<Action>][] = [
  ['a healthy worker is left alone', {}, { kind: 'none' }],
  [
    'a worker of other limits than its tenant’s makes way in a quiet moment',
    { limitsAreApplied: false, memory: { bytes: 1, isBusy: false, lastMessageAt: null } },
    { kind: 'replace' },
  ],
  [
    'and not while messages are under way',
    { limitsAreApplied: false, memory: { bytes: 1, isBusy: true, lastMessageAt: null } },
    { kind: 'none' },
  ],
  [
    'and not while it waits for a scan',
    {
      limitsAreApplied: false,
      memory: { bytes: 1, isBusy: false, lastMessageAt: null },
      session: { state: 'QR_READY', since: now },
    },
    { kind: 'none' },
  ],
  [
    'a tenant with a limit of its own is recycled before it comes to it',
    {
      limits: { memoryBytes: 300 * 1024 * 1024 },
      memory: { bytes: 150 * 1024 * 1024, isBusy: false, lastMessageAt: null },
    },
    { kind: 'recycle' },
  ],
  [
    'a worker whose page has gathered much memory is recycled in a quiet moment',
    { memory: { bytes: policy.memory.recycleBytes, isBusy: false, lastMessageAt: null } },
    { kind: 'recycle' },
  ],
  [
    'one that is not wanted any more is only stopped',
    {
      memory: { bytes: policy.memory.limitBytes, isBusy: false, lastMessageAt: null },
      desiredState: 'STOPPED',
    },
    { kind: 'stop' },
  ],
  [
    'a code that nobody scans, and that its worker shows for ever, parks the tenant',
    { session: { state: 'QR_READY' } },
    { kind: 'park', reason: 'qr_expired' },
  ],
  [
    'a session that makes no progress any more is replaced',
    { session: { state: 'AUTHENTICATING' } },
    { kind: 'kill', reason: 'worker_hung', detail: 'The session made no progress any more.' },
  ],
  [
    'a new tenant is started',
    { observed: { state: 'gone' }, worker: { ...ended, generation: 0, hasEnded: false } },
    { kind: 'start', generation: 1 },
  ],
  [
    'a new tenant that is not wanted is left alone',
    { desiredState: 'STOPPED', observed: { state: 'gone' }, worker: { status: 'STOPPED', generation: 0 } },
    { kind: 'none' },
  ],
  [
    'a worker that greets for the first time is adopted',
    { worker: { status: 'STARTING' } },
    { kind: 'adopt' },
  ],
  ['a worker that runs although its row says it ended is adopted', { worker: ended }, { kind: 'adopt' }],
  [
    'a booting worker has time',
    { worker: { status: 'STARTING', startedAt: now }, link: { current: null } },
    { kind: 'wait', until: now + policy.linklessMs },
  ],
  [
    'a booting worker that never greets is killed',
    { worker: { status: 'STARTING', startedAt: now - policy.linklessMs }, link: { current: null } },
    { kind: 'kill', reason: 'worker_hung' },
  ],
  [
    'a silent worker is killed',
    { link: { current: { generation: 3, openedAt: 0, silentMs: policy.hungMs } } },
    { kind: 'kill', reason: 'worker_hung' },
  ],
  [
    'a silent worker lives while the fleet is silent',
    { mayKillSilent: false, link: { current: { generation: 3, openedAt: 0, silentMs: policy.hungMs } } },
    { kind: 'none' },
  ],
  [
    'a worker that lost its link is looked at again soon',
    { link: { current: null, linklessSince: now - 1 } },
    { kind: 'wait', until: now + 200 },
  ],
  [
    'a worker without a link for too long is killed',
    { link: { current: null, linklessSince: now - policy.linklessMs } },
    { kind: 'kill', reason: 'worker_hung' },
  ],
  [
    'what can not be found out leads to nothing',
    { observed: { state: 'unknown', detail: '' } },
    { kind: 'wait' },
  ],
  [
    'what can not be found out starts nothing',
    { observed: { state: 'unknown', detail: '' }, worker: ended },
    { kind: 'wait' },
  ],
  [
    'what can not be found out stops nothing',
    { observed: { state: 'unknown', detail: '' }, desiredState: 'STOPPED' },
    { kind: 'wait' },
  ],
  ['a worker that is not wanted is stopped', { desiredState: 'STOPPED' }, { kind: 'stop' }],
  ['a worker of a drained installation is stopped', { isDrained: true }, { kind: 'stop' }],
  [
    'a worker that boots in a drained installation is stopped',
    { isDrained: true, worker: { status: 'STARTING' }, link: { current: null } },
    { kind: 'stop' },
  ],
  [
    'what can not be found out in a drained installation stops nothing',
    { isDrained: true, observed: { state: 'unknown', detail: '' } },
    { kind: 'wait' },
  ],
  ['an interrupted stop is taken up again', { worker: { status: 'STOPPING' } }, { kind: 'stop' }],
  [
    'an interrupted kill is taken up again',
    { worker: { status: 'ERROR', reason: 'worker_hung' } },
    { kind: 'kill' },
  ],
  [
    'a worker that a person wants replaced is stopped',
    { worker: { replaceGeneration: 3 } },
    { kind: 'stop' },
  ],
  ['an older wish to replace is over', { worker: { replaceGeneration: 2 } }, { kind: 'none' }],
  [
    'a profile that lost its login is replaced by its snapshot, once its worker is gone',
    { observed: dead(11), worker: ended, parkedReason: 'profile_corrupt', restorable: 'snp_1' },
    { kind: 'restore', snapshotId: 'snp_1' },
  ],
  [
    'without a snapshot that could be tried it waits for a person',
    { observed: dead(11), worker: ended, parkedReason: 'profile_corrupt' },
    { kind: 'none' },
  ],
  [
    'nothing is restored for a tenant that is not wanted',
    {
      observed: dead(11),
      worker: ended,
      desiredState: 'STOPPED',
      parkedReason: 'profile_corrupt',
      restorable: 'snp_1',
    },
    { kind: 'none' },
  ],
  ['a reset comes before anything else', { worker: { pendingAct: 'reset' } }, { kind: 'act', act: 'reset' }],
  [
    'a force-cleanup is done in a crash loop too',
    { observed: dead(), worker: { ...ended, nextStartAt: now + 500, pendingAct: 'force_cleanup' } },
    { kind: 'act', act: 'force_cleanup' },
  ],
  [
    'an act on a tenant that never ran is done',
    { observed: { state: 'gone' }, worker: { generation: 0, pendingAct: 'reset' } },
    { kind: 'act' },
  ],
  [
    'no act while it can not be found out what runs',
    { observed: { state: 'unknown', detail: '' }, worker: { pendingAct: 'reset' } },
    { kind: 'wait' },
  ],
  [
    'erasing goes before an act',
    { desiredState: 'ERASED', observed: dead(), worker: { ...ended, pendingAct: 'reset' } },
    { kind: 'remove' },
  ],
  [
    'a linked worker is told to reset its reconnecting',
    { worker: { pendingAct: 'reset_reconnect' } },
    { kind: 'act', act: 'reset_reconnect' },
  ],
  [
    'a worker that hangs is killed before reconnecting is reset',
    {
      worker: { pendingAct: 'reset_reconnect' },
      link: { current: { generation: 3, openedAt: 0, silentMs: policy.hungMs } },
    },
    { kind: 'kill' },
  ],
  [
    'a crash is written down before it is forgotten',
    { observed: dead(1), worker: { pendingAct: 'reset_reconnect' } },
    { kind: 'record_end', crash: 'worker_exited' },
  ],
  [
    'a restart that waits is reset',
    { observed: dead(), worker: { ...ended, nextStartAt: now + 500, pendingAct: 'reset_reconnect' } },
    { kind: 'act', act: 'reset_reconnect' },
  ],
  [
    'a link that was refused is ended through the worker that holds it',
    { parkedReason: 'number_in_use', worker: { pendingAct: 'refuse_link' } },
    { kind: 'act', act: 'refuse_link' },
  ],
  [
    'a worker whose link was refused has time to open its own link again',
    {
      parkedReason: 'number_in_use',
      worker: { pendingAct: 'refuse_link' },
      session: { state: 'DISCONNECTED', since: now - 1 },
      link: { current: null, linklessSince: now - 1 },
    },
    { kind: 'wait' },
  ],
  [
    'a worker whose link was refused and that nobody hears is stopped',
    {
      parkedReason: 'number_in_use',
      worker: { pendingAct: 'refuse_link' },
      session: { state: 'DISCONNECTED', since: now - policy.farewellMs },
      link: { current: null, linklessSince: now - policy.farewellMs },
    },
    { kind: 'stop' },
  ],
  [
    'a refused link is ended before anything starts, also where its worker is dead',
    { observed: dead(), worker: { ...ended, pendingAct: 'refuse_link' } },
    { kind: 'act', act: 'refuse_link' },
  ],
  ['a logout goes through the worker', { worker: { pendingAct: 'logout' } }, { kind: 'act', act: 'logout' }],
  [
    '… waits for one that lives and has no link',
    { worker: { pendingAct: 'logout' }, link: { current: null, linklessSince: now } },
    { kind: 'wait' },
  ],
  [
    '… and is done without it once it is dead, before anything starts',
    { observed: dead(), worker: { ...ended, pendingAct: 'logout' } },
    { kind: 'act', act: 'logout' },
  ],
  ['a worker of another generation is killed', { observed: alive(2) }, { kind: 'kill' }],
  [
    'a parked worker has time to clear up',
    { parkedReason: 'phone_logged_out', session: { state: 'LOGGED_OUT', since: now - 1 } },
    { kind: 'wait' },
  ],
  [
    'a parked worker that stays is stopped',
    { parkedReason: 'phone_logged_out', session: { state: 'LOGGED_OUT', since: now - policy.farewellMs } },
    { kind: 'stop' },
  ],
  [
    'a logged-out worker that is wanted again clears up first',
    { session: { state: 'LOGGED_OUT', since: now - 1 } },
    { kind: 'wait' },
  ],
  [
    'a new worker is adopted although the one before was logged out a moment ago',
    { worker: { status: 'STARTING', startedAt: now - 1 }, session: { state: 'LOGGED_OUT', since: now - 2 } },
    { kind: 'adopt' },
  ],
  [
    'a logged-out worker that is wanted again and stays is stopped, so that a new one can take its place',
    { session: { state: 'LOGGED_OUT', since: now - policy.farewellMs } },
    { kind: 'stop' },
  ],
  ['an unexpected end is a crash', { observed: dead(1) }, { kind: 'record_end', crash: 'worker_exited' }],
  [
    'an end that nobody saw is a crash',
    { observed: dead(null) },
    { kind: 'record_end', crash: 'worker_exited' },
  ],
  [
    'the end of a hung worker keeps its reason',
    { observed: dead(null), worker: { status: 'ERROR', reason: 'worker_hung' } },
    { kind: 'record_end', crash: 'worker_hung' },
  ],
  [
    'an end that was asked for is none',
    { observed: dead(0), worker: { status: 'STOPPING' } },
    { kind: 'record_end', crash: null },
  ],
  [
    'the end of an unwanted worker is none',
    { observed: dead(1), desiredState: 'STOPPED' },
    { kind: 'record_end', crash: null },
  ],
  [
    'the end of a parked worker is none',
    { observed: dead(11), parkedReason: 'qr_expired' },
    { kind: 'record_end', crash: null },
  ],
  ['a worker that parks itself did not crash', { observed: dead(11) }, { kind: 'record_end', crash: null }],
  [
    'an intent that was never carried out is no crash',
    { observed: dead(1, 2), worker: { status: 'STARTING' } },
    { kind: 'record_end', crash: null },
  ],
  [
    'a dead worker that is wanted is started again',
    { observed: dead(), worker: ended },
    { kind: 'start', generation: 4 },
  ],
  [
    'a restart waits for its time',
    { observed: dead(), worker: { ...ended, nextStartAt: now + 500 } },
    { kind: 'wait', until: now + 500 },
  ],
  [
    'a restart by hand does not wait',
    { observed: dead(), worker: { ...ended, nextStartAt: now + 500, replaceGeneration: 3 } },
    { kind: 'start', generation: 4 },
  ],
  [
    'a parked tenant runs no worker',
    { observed: dead(), parkedReason: 'qr_expired', worker: ended },
    { kind: 'none' },
  ],
  [
    'the crashes of a stopped tenant are forgotten',
    {
      observed: dead(),
      desiredState: 'STOPPED',
      worker: { ...ended, status: 'ERROR', reason: 'crash_looping' },
    },
    { kind: 'settle' },
  ],
  ['a tenant to be erased is stopped first', { desiredState: 'ERASED' }, { kind: 'stop' }],
  [
    'a tenant to be erased is removed once nothing runs',
    { desiredState: 'ERASED', observed: dead(), worker: ended },
    { kind: 'remove' },
  ],
];

describe('reconcile', () => {
  it.each(cases)('%s', (_title, given, expected) => {
    expect(reconcile(facts(given), policy)).toMatchObject(expected);
  });
});

/** A small world: rows and at most a few processes, which events of all kinds happen to. */
interface World {
  facts: TenantFacts;
  processes: Set<number>;
  lastExit: Observation;
  isReachable: boolean;
  /** The control plane dies in the middle of the next action: what it does is done, what it led to is not written. */
  diesInAction: boolean;
}

type Event =
  | { kind: 'die_in_action' }
  | { kind: 'crash'; code: number }
  | { kind: 'greet' }
  | { kind: 'lose_link' }
  | { kind: 'hang' }
  | { kind: 'want'; state: 'RUNNING' | 'STOPPED' }
  | { kind: 'park' }
  | { kind: 'lose_login' }
  | { kind: 'unpark' }
  | { kind: 'replace' }
  | { kind: 'ask'; act: SessionAct }
  | { kind: 'cut_off'; isReachable: boolean }
  | { kind: 'pass_time'; ms: number };

const eventArbitrary: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('crash' as const), code: fc.constantFrom(0, 1, 10, 11, 12) }),
  fc.constantFrom<Event>(
    { kind: 'greet' },
    { kind: 'lose_link' },
    { kind: 'hang' },
    { kind: 'park' },
    { kind: 'lose_login' },
    { kind: 'unpark' },
    { kind: 'replace' },
    { kind: 'die_in_action' },
  ),
  fc.record({
    kind: fc.constant('want' as const),
    state: fc.constantFrom('RUNNING' as const, 'STOPPED' as const),
  }),
  fc.record({ kind: fc.constant('ask' as const), act: fc.constantFrom(...sessionActs) }),
  fc.record({ kind: fc.constant('cut_off' as const), isReachable: fc.boolean() }),
  fc.record({ kind: fc.constant('pass_time' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
);

function newWorld(): World {
  const fresh = facts({
    observed: { state: 'gone' },
    worker: { status: 'STOPPED', generation: 0, startedAt: null, healthySince: null },
    session: { state: 'DISCONNECTED', since: 0, toldAt: 0, isLinked: false, linkIsDurable: false },
    link: { current: null },
  });
  return {
    facts: fresh,
    processes: new Set(),
    lastExit: { state: 'gone' },
    isReachable: true,
    diesInAction: false,
  };
}

function observe(world: World): Observation {
  if (!world.isReachable) return { state: 'unknown', detail: '' };
  const [generation] = world.processes;
  return generation === undefined ? world.lastExit : alive(generation);
}

function happen(world: World, event: Event): void {
  const { facts: known, processes } = world;
  const [generation] = processes;
  switch (event.kind) {
    case 'crash':
      if (generation !== undefined) die(world, generation, event.code);
      return;
    case 'greet':
      if (generation !== undefined)
        known.link = { current: { generation, openedAt: 0, silentMs: 0 }, linklessSince: 0 };
      return;
    case 'lose_link':
      known.link = { current: null, linklessSince: known.now };
      return;
    case 'hang':
      if (known.link.current !== null) known.link.current.silentMs = policy.hungMs;
      return;
    case 'want':
      known.desiredState = event.state;
      if (event.state === 'RUNNING') known.parkedReason = null;
      return;
    case 'park':
      known.parkedReason = 'qr_expired';
      known.session.since = known.now;
      return;
    case 'lose_login':
      if (known.parkedReason === null) known.restorable = 'snp_1';
      known.parkedReason = 'profile_corrupt';
      return;
    case 'unpark':
      known.parkedReason = null;
      return;
    case 'replace':
      known.worker.replaceGeneration = known.worker.generation;
      return;
    case 'ask':
      known.worker.pendingAct = event.act;
      return;
    case 'die_in_action':
      world.diesInAction = true;
      return;
    case 'cut_off':
      world.isReachable = event.isReachable;
      return;
    case 'pass_time':
      known.now += event.ms;
      return;
  }
}

function die(world: World, generation: number, code: number | null): void {
  world.processes.delete(generation);
  world.lastExit = dead(code, generation);
  world.facts.link = { current: null, linklessSince: world.facts.now };
}

/** What applying the action does to the world; restarts are due at once or after a second. */
function apply(world: World, action: Action): void {
  const { worker } = world.facts;
  const dies = world.diesInAction;
  if (action.kind !== 'none' && action.kind !== 'wait') world.diesInAction = false;
  switch (action.kind) {
    case 'none':
      return;
    case 'wait':
      world.facts.now = Math.max(world.facts.now, action.until);
      return;
    case 'start':
      expect(action.generation).toBe(worker.generation + 1);
      // The intent is written first; a control plane that dies then has started nothing.
      if (!dies) world.processes.add(action.generation);
      Object.assign(worker, {
        generation: action.generation,
        status: 'STARTING',
        reason: null,
        hasEnded: false,
        startedAt: world.facts.now,
        nextStartAt: null,
        replaceGeneration: null,
      });
      return;
    case 'adopt':
      Object.assign(worker, {
        status: world.facts.link.current ? 'RUNNING' : 'STARTING',
        hasEnded: false,
        reason: null,
      });
      return;
    case 'park':
      world.facts.parkedReason = action.reason;
      for (const generation of [...world.processes]) die(world, generation, null);
      end(world, false);
      return;
    case 'stop':
    case 'recycle':
    case 'replace':
    case 'kill':
      for (const generation of [...world.processes]) die(world, generation, null);
      if (!dies) end(world, action.kind === 'kill');
      return;
    case 'act':
      act(world, action.act, dies);
      return;
    case 'restore':
      act(world, 'restore', dies);
      return;
    case 'record_end':
      if (dies) return;
      end(world, action.crash !== null);
      return;
    case 'settle':
      Object.assign(worker, { status: 'STOPPED', reason: null, nextStartAt: null, crashes: [] });
      return;
    case 'remove':
      return;
  }
}

function end({ facts: { worker, now: moment } }: World, isCrash: boolean): void {
  Object.assign(worker, {
    hasEnded: true,
    replaceGeneration: null,
    status: isCrash ? 'ERROR' : 'STOPPED',
    reason: isCrash ? 'worker_exited' : null,
    nextStartAt: isCrash ? moment + 1_000 : null,
  });
}

function act(world: World, asked: SessionAct, dies: boolean): void {
  const { worker } = world.facts;
  const endsWorker = asked !== 'reset_reconnect';
  if (endsWorker) for (const generation of [...world.processes]) die(world, generation, null);
  if (dies) return;
  Object.assign(worker, { pendingAct: null, crashes: [], nextStartAt: null });
  if (!endsWorker) return;
  if (worker.generation > 0) end(world, false);
  if (asked !== 'force_cleanup' && worker.generation > 0) worker.generation += 1;
  if (asked === 'reset' || asked === 'restore') world.facts.parkedReason = null;
  if (asked === 'restore') world.facts.restorable = null;
  if (asked === 'refuse_link') world.facts.parkedReason = 'number_in_use';
  if (asked === 'logout') world.facts.parkedReason = 'signed_out_by_user';
}

function look(world: World): Action {
  world.facts.observed = observe(world);
  const action = reconcile(world.facts, policy);
  apply(world, action);
  expect(world.processes.size).toBeLessThanOrEqual(1);
  return action;
}

describe('reconcile, under any order of events', () => {
  it('never has two live workers, and converges to what is wanted, whatever dies in the middle', () => {
    fc.assert(
      fc.property(fc.array(eventArbitrary, { maxLength: 40 }), (events) => {
        const world = newWorld();
        for (const event of events) {
          happen(world, event);
          look(world);
        }
        world.isReachable = true;
        world.diesInAction = false;
        for (let pass = 0; pass < 20; pass++) {
          if (world.processes.size === 1) happen(world, { kind: 'greet' });
          look(world);
        }
        const isWanted = world.facts.desiredState === 'RUNNING' && world.facts.parkedReason === null;
        expect(world.processes.size).toBe(isWanted ? 1 : 0);
        expect(look(world)).toEqual({ kind: 'none' });
        expect(world.facts.worker.status).toBe(isWanted ? 'RUNNING' : 'STOPPED');
      }),
      { numRuns: 2_000 },
    );
  });
});
