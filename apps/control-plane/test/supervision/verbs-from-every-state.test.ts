import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantId, TenantStatusView } from '@wafleet/contracts';
import { eventually, inLanes } from '@wafleet/testing';
import {
  createFleet,
  patienceMs,
  workerDeadlines,
  type Fleet,
  type RunningApp,
  type WorkerProgram,
} from '../fleet';

const patience = 3 * patienceMs;

let fleet: Fleet;
let running: RunningApp;

beforeAll(async () => {
  fleet = await createFleet();
});
afterEach(async () => {
  await running.stop();
  await fleet.clear();
});
afterAll(async () => {
  await fleet.stop();
});

const requests = {
  start: ['POST', '/worker/start'],
  stop: ['POST', '/worker/stop'],
  restart: ['POST', '/worker/restart'],
  'force-restart': ['POST', '/worker/force-restart'],
  logout: ['POST', '/session/logout'],
  reset: ['POST', '/session/reset'],
  'reset-reconnect': ['POST', '/session/reset-reconnect'],
  'force-cleanup': ['POST', '/session/force-cleanup'],
  'take-over': ['POST', '/session/take-over'],
  delete: ['DELETE', ''],
} satisfies Record<string, [method: string, path: string]>;
type Verb = keyof typeof requests;
const verbs = Object.keys(requests) as Verb[];

/** What becomes of the tenant, where the state that it was in matters. */
type Standing = 'wanted' | 'stopped' | 'parked' | 'opened elsewhere';

interface From {
  program: WorkerProgram;
  standing: Standing;
  /** Brings a new tenant into the state. */
  reach: (tenantId: TenantId) => Promise<unknown>;
}

const act = (tenantId: TenantId, path: string) => running.api.post(`/admin/tenants/${tenantId}${path}`);
const until = (tenantId: TenantId, wanted: (view: TenantStatusView) => boolean) =>
  eventually(
    async () => {
      const view = await fleet.status(running.api, tenantId);
      return wanted(view) ? view : null;
    },
    {
      timeoutMs: patience,
      what: async () =>
        `${String(wanted)}; it is ${JSON.stringify(await fleet.status(running.api, tenantId))}`,
    },
  );
const active = (tenantId: TenantId) => until(tenantId, ({ status }) => status === 'ACTIVE');
const workerStopped = (tenantId: TenantId) => until(tenantId, ({ worker }) => worker.status === 'STOPPED');

const states: Record<string, From> = {
  'created a moment ago': { program: 'steady', standing: 'wanted', reach: async () => undefined },
  'with a worker that has not greeted': {
    program: 'mute',
    standing: 'wanted',
    reach: (tenantId) => until(tenantId, ({ worker }) => worker.generation === 1),
  },
  'showing a code': {
    program: 'unscanned',
    standing: 'wanted',
    reach: (tenantId) => until(tenantId, ({ session }) => session.state === 'QR_READY'),
  },
  ACTIVE: { program: 'steady', standing: 'wanted', reach: active },
  'out of attempts': {
    program: 'trying',
    standing: 'wanted',
    reach: (tenantId) => until(tenantId, ({ reason }) => reason?.code === 'max_reconnects'),
  },
  'in a crash loop': {
    program: 'crashing',
    standing: 'wanted',
    reach: (tenantId) => until(tenantId, ({ reason }) => reason?.code === 'crash_looping'),
  },
  'with a worker that hangs': {
    program: 'steady',
    standing: 'wanted',
    async reach(tenantId) {
      await active(tenantId);
      process.kill(fleet.workerPid(tenantId), 'SIGSTOP');
    },
  },
  'with a worker that has just died': {
    program: 'steady',
    standing: 'wanted',
    async reach(tenantId) {
      await active(tenantId);
      process.kill(fleet.workerPid(tenantId), 'SIGKILL');
    },
  },
  stopped: {
    program: 'steady',
    standing: 'stopped',
    async reach(tenantId) {
      await active(tenantId);
      await act(tenantId, '/worker/stop');
      await workerStopped(tenantId);
    },
  },
  'logged out': {
    program: 'steady',
    standing: 'parked',
    async reach(tenantId) {
      await active(tenantId);
      await act(tenantId, '/session/logout');
      await eventually(async () => (await pendingActOf(tenantId)) === null, {
        timeoutMs: patience,
        what: 'the logout',
      });
    },
  },
  'opened elsewhere': {
    program: 'opened-elsewhere',
    standing: 'opened elsewhere',
    async reach(tenantId) {
      await until(tenantId, ({ reason }) => reason?.code === 'opened_elsewhere');
      await workerStopped(tenantId);
    },
  },
};

describe('from the state', () => {
  it.each(Object.entries(states))(
    '%s: every verb is done, and repeats change nothing',
    async (_title, from) => {
      running = await fleet.start({
        WORKER_BUNDLE: fleet.program(from.program),
        WORKER_DEADLINES: JSON.stringify({
          deadlines: { ...workerDeadlines.deadlines, qrBudgetMs: 300_000 },
        }),
      });
      await running.app.active;
      const outcomes = inLanes(verbs, ['one', 'another', 'a third', 'a fourth'], async (verb) => {
        const tenantId = await running.createTenant();
        await from.reach(tenantId);
        await askTwice(verb, tenantId);
        await proveDone(verb, tenantId, from);
      });
      await Promise.all(outcomes);
    },
    10 * patience,
  );
});

async function askTwice(verb: Verb, tenantId: TenantId): Promise<void> {
  const [method, path] = requests[verb];
  const answers: number[] = [];
  for (let repeat = 0; repeat < 2; repeat += 1)
    answers.push((await running.api.call(method, `/admin/tenants/${tenantId}${path}`)).status);
  const [first, second] = answers;
  // A second restart comes too soon; what is erased already is not there to be erased again.
  const isGone = verb === 'delete' && second === 404;
  expect([verb, first, isGone ? 202 : second]).toEqual([verb, 202, verb === 'restart' ? 429 : 202]);
}

async function proveDone(verb: Verb, tenantId: TenantId, from: From): Promise<void> {
  if (verb === 'delete') {
    const isGone = async () => (await fleet.db.tenant.findUnique({ where: { id: tenantId } })) === null;
    await eventually(isGone, { timeoutMs: patience, what: 'the row to be gone' });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    expect(existsSync(join(fleet.tenantsDir, tenantId))).toBe(false);
    return;
  }
  await eventually(async () => (await pendingActOf(tenantId)) === null, {
    timeoutMs: patience,
    what: `${verb} to be done`,
  });
  switch (outcome(verb, from.standing)) {
    case 'runs':
      return proveRuns(tenantId, from.program);
    case 'stopped':
      await until(
        tenantId,
        ({ status, worker }) => ['PAUSED', 'NEW'].includes(status) && worker.status === 'STOPPED',
      );
      break;
    case 'parked':
      await until(tenantId, ({ status, worker }) => status === 'ERROR' && worker.status === 'STOPPED');
  }
  expect([verb, fleet.processesOf(tenantId)]).toEqual([verb, []]);
  if (verb === 'logout') expect((await fleet.status(running.api, tenantId)).isLoggedIn).toBe(false);
}

function outcome(verb: Exclude<Verb, 'delete'>, standing: Standing): 'runs' | 'stopped' | 'parked' {
  switch (verb) {
    case 'start':
    case 'restart':
    case 'force-restart':
      return 'runs';
    case 'stop':
      return 'stopped';
    case 'logout':
      return standing === 'stopped' ? 'stopped' : 'parked';
    case 'reset':
    case 'reset-reconnect':
      return standing === 'stopped' ? 'stopped' : 'runs';
    case 'take-over':
    case 'force-cleanup': {
      const isTakenOver = verb === 'take-over' && standing === 'opened elsewhere';
      if (standing === 'wanted' || isTakenOver) return 'runs';
      return standing === 'stopped' ? 'stopped' : 'parked';
    }
  }
}

/** What its program shows when it runs, and no second worker beside it. */
async function proveRuns(tenantId: TenantId, program: WorkerProgram): Promise<void> {
  const shows: Partial<Record<WorkerProgram, (view: TenantStatusView) => boolean>> = {
    steady: ({ status }) => status === 'ACTIVE',
    // These two connect when they are told to forget their attempts.
    unscanned: ({ status }) => status === 'QR_PENDING' || status === 'ACTIVE',
    trying: ({ status, reason }) => status === 'ACTIVE' || reason?.code === 'max_reconnects',
    'opened-elsewhere': ({ status }) => status === 'ACTIVE',
  };
  await until(tenantId, (view) => view.desiredState === 'RUNNING' && (shows[program]?.(view) ?? true));
  expect(fleet.processesOf(tenantId).length).toBeLessThanOrEqual(2);
}

async function pendingActOf(tenantId: TenantId): Promise<string | null> {
  return (await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } })).pendingAct;
}
