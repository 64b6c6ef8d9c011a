import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReconnectView, TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { createFleet, patienceMs, type Fleet, type RunningApp, type WorkerProgram } from '../fleet';

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

async function startWith(program: WorkerProgram): Promise<TenantId> {
  running = await fleet.start({ WORKER_BUNDLE: fleet.program(program) });
  await running.app.active;
  return running.createTenant();
}

const until = (tenantId: TenantId, wanted: Parameters<Fleet['until']>[2]) =>
  fleet.until(running.api, tenantId, wanted);
const act = (tenantId: TenantId, verb: string) => running.api.post(`/admin/tenants/${tenantId}/${verb}`);
const reconnectOf = (tenantId: TenantId) =>
  running.api.get(`/admin/tenants/${tenantId}/reconnect`) as Promise<ReconnectView>;
const folderOf = (tenantId: TenantId, name: string) => join(fleet.tenantsDir, tenantId, name);
const workerRow = (tenantId: TenantId) => fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
const untilDone = (tenantId: TenantId) =>
  eventually(async () => (await workerRow(tenantId)).pendingAct === null, {
    timeoutMs: patienceMs,
    what: 'the act to be done',
  });

async function activeTenant(program: WorkerProgram): Promise<TenantId> {
  const tenantId = await startWith(program);
  await until(tenantId, 'ACTIVE');
  writeFileSync(folderOf(tenantId, 'profile/keys'), 'x');
  writeFileSync(folderOf(tenantId, 'tmp/left-over'), 'x');
  return tenantId;
}

describe('force-cleanup', () => {
  it.each(['steady', 'stubborn'] as const)(
    'replaces every process of a %s worker, empties the temp folder and keeps the profile',
    async (program) => {
      const tenantId = await activeTenant(program);
      const before = fleet.processesOf(tenantId);
      await act(tenantId, 'session/force-cleanup');
      await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
      expect(fleet.processesOf(tenantId).filter((pid) => before.includes(pid))).toEqual([]);
      expect(existsSync(folderOf(tenantId, 'tmp/left-over'))).toBe(false);
      expect(existsSync(folderOf(tenantId, 'profile/keys'))).toBe(true);
      expect((await workerRow(tenantId)).crashes).toEqual([]);
    },
  );

  it('leaves a stopped tenant stopped', async () => {
    const tenantId = await activeTenant('steady');
    await act(tenantId, 'worker/stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    for (let repeat = 0; repeat < 2; repeat++) {
      await act(tenantId, 'session/force-cleanup');
      await untilDone(tenantId);
    }
    expect(existsSync(folderOf(tenantId, 'tmp/left-over'))).toBe(false);
    expect((await until(tenantId, 'PAUSED')).worker).toMatchObject({ status: 'STOPPED', generation: 1 });
  });
});

describe('reset', () => {
  it('sets the profile aside, forgets the login and starts anew; messages and their account stay', async () => {
    const tenantId = await activeTenant('steady');
    process.kill(fleet.workerPid(tenantId), 'SIGUSR2');
    const messages = () => fleet.db.message.findMany({ where: { tenantId }, include: { account: true } });
    await eventually(async () => (await messages()).length === 1, {
      timeoutMs: patienceMs,
      what: 'a message',
    });
    const before = fleet.processesOf(tenantId);
    await act(tenantId, 'session/reset');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation > 1);
    expect(fleet.processesOf(tenantId).filter((pid) => before.includes(pid))).toEqual([]);
    expect(existsSync(folderOf(tenantId, 'profile/keys'))).toBe(false);
    expect(readdirSync(folderOf(tenantId, 'trash'))).toHaveLength(1);
    expect((await messages())[0]?.account?.unlinkedAt).toBeInstanceOf(Date);
    const accounts = await fleet.db.account.count({ where: { tenantId, unlinkedAt: null } });
    expect(accounts).toBe(1);
    expect(await fleet.db.tenantEvent.count({ where: { tenantId, type: 'action.requested' } })).toBe(1);
  });

  it('unparks a tenant that was signed out', async () => {
    const tenantId = await activeTenant('steady');
    await act(tenantId, 'session/logout');
    await untilDone(tenantId);
    await act(tenantId, 'session/reset');
    await until(tenantId, 'ACTIVE');
  });

  it('of a hung worker ends it all the same', async () => {
    const tenantId = await activeTenant('steady');
    process.kill(fleet.workerPid(tenantId), 'SIGSTOP');
    await act(tenantId, 'session/reset');
    await eventually(async () => (await workerRow(tenantId)).pendingAct === null, {
      timeoutMs: 2 * patienceMs,
      what: 'the reset of a worker that does not answer',
    });
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation > 1);
    expect(readdirSync(folderOf(tenantId, 'trash'))).toHaveLength(1);
  });

  it('of a stopped tenant leaves it stopped, signed out and without a profile', async () => {
    const tenantId = await activeTenant('steady');
    await act(tenantId, 'worker/stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    for (let repeat = 0; repeat < 2; repeat++) {
      await act(tenantId, 'session/reset');
      await untilDone(tenantId);
    }
    const view = await until(tenantId, 'PAUSED');
    expect(view).toMatchObject({ isLoggedIn: false, session: { state: 'DISCONNECTED', account: null } });
    expect(readdirSync(folderOf(tenantId, 'trash'))).toHaveLength(1);
  });

  it('that a control plane left undone is done by the next', async () => {
    const tenantId = await activeTenant('steady');
    await running.stop();
    // As a control plane leaves it that dies before the worker has ended.
    await fleet.db.workerProcess.update({
      where: { tenantId },
      data: { pendingAct: 'reset', status: 'STOPPING' },
    });
    running = await fleet.start();
    await running.app.active;
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation > 1);
    expect(readdirSync(folderOf(tenantId, 'trash'))).toHaveLength(1);
  });
});

describe('reset-reconnect', () => {
  it('reaches the worker, whose attempts are forgotten', async () => {
    const tenantId = await startWith('trying');
    await until(tenantId, ({ reason }) => reason?.code === 'max_reconnects');
    expect(await reconnectOf(tenantId)).toMatchObject({ state: 'DISCONNECTED', attempt: 10, isSlow: true });
    await act(tenantId, 'session/reset-reconnect');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 1);
    expect(await reconnectOf(tenantId)).toEqual({
      state: 'CONNECTED',
      reason: null,
      attempt: 0,
      nextAttemptAt: null,
      isSlow: false,
    });
  });

  it('replaces a worker that is too old to know the command', async () => {
    const tenantId = await startWith('old');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'session/reset-reconnect');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
  });

  it('in a crash loop forgets the crashes and starts at once', async () => {
    const tenantId = await startWith('crashing');
    const { worker } = await until(tenantId, ({ reason }) => reason?.code === 'crash_looping');
    expect(await reconnectOf(tenantId)).toMatchObject({ attempt: 5, isSlow: true });
    await act(tenantId, 'session/reset-reconnect');
    await until(tenantId, (view) => view.worker.generation > worker.generation + 1);
  });

  it('unparks, and leaves a stopped tenant stopped', async () => {
    const tenantId = await activeTenant('steady');
    await act(tenantId, 'session/logout');
    await untilDone(tenantId);
    await act(tenantId, 'session/reset-reconnect');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'worker/stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    await act(tenantId, 'session/reset-reconnect');
    await untilDone(tenantId);
    await until(tenantId, 'PAUSED');
  });
});
