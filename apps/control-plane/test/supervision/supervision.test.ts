import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import {
  createFleet,
  patienceMs,
  soonHung,
  supervision,
  workerDeadlines,
  type Fleet,
  type RunningApp,
  type WorkerProgram,
} from '../fleet';

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

async function startWith(program: WorkerProgram, overrides: Record<string, string> = {}): Promise<TenantId> {
  running = await fleet.start({ WORKER_BUNDLE: fleet.program(program), ...overrides });
  await running.app.active;
  return running.createTenant();
}

const until = (tenantId: TenantId, wanted: Parameters<Fleet['until']>[2]) =>
  fleet.until(running.api, tenantId, wanted);
const act = (tenantId: TenantId, verb: string) =>
  running.api.post(`/admin/tenants/${tenantId}/worker/${verb}`);

describe('supervision', () => {
  it('a new tenant gets a worker and is ACTIVE once its session is proven', async () => {
    const tenantId = await startWith('steady');
    const view = await until(tenantId, 'ACTIVE');
    expect(view).toMatchObject({
      isConnected: true,
      isLoggedIn: true,
      worker: { status: 'RUNNING', generation: 1 },
      session: { state: 'CONNECTED' },
    });
    await until(tenantId, ({ worker }) => worker.lastHeartbeatAt !== null);
  });

  it('green stays while probes succeed, long after one of them would have expired', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    const events = async () =>
      fleet.db.tenantEvent.count({
        where: { tenantId, type: 'tenant.status', data: { path: ['status'], equals: 'RECOVERING' } },
      });
    const seen = async () =>
      (await fleet.db.whatsappSession.findUniqueOrThrow({ where: { tenantId } })).lastSeenAt?.getTime() ?? 0;
    const first = await seen();
    await eventually(async () => (await seen()) > first + 8_000, {
      timeoutMs: patienceMs,
      what: 'further proofs',
    });
    expect(await events()).toBe(0);
  });

  it('a killed worker is replaced by the next generation, and nothing of the old one is left', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    const before = fleet.processesOf(tenantId);
    process.kill(fleet.workerPid(tenantId), 'SIGKILL');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const now = fleet.processesOf(tenantId);
    expect(now).toHaveLength(2);
    expect(now.filter((pid) => before.includes(pid))).toEqual([]);
    const ended = await fleet.db.tenantEvent.findFirstOrThrow({ where: { tenantId, type: 'worker.ended' } });
    expect(ended.data).toMatchObject({ generation: 1, reason: 'worker_exited', signal: 'SIGKILL' });
  });

  it('the end of a worker is an incident that says how it ended and what it had said, until it is green again', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    const line = { level: 'info', time: new Date().toISOString(), msg: 'last words', to: '15550100123@c.us' };
    writeFileSync(join(fleet.tenantsDir, tenantId, 'logs/worker.log'), `${JSON.stringify(line)}\n`);
    process.kill(fleet.workerPid(tenantId), 'SIGKILL');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const path = `/admin/tenants/${tenantId}/incidents`;
    const [incident] = (await running.api.get(path)).items;
    expect(await running.api.get(`${path}/${incident.id}`)).toMatchObject({
      reason: { code: 'worker_exited' },
      detail: 'The process was ended by SIGKILL.',
      generation: 1,
      resolvedAt: expect.any(String),
      noScreenshot: 'the worker was gone',
      evidence: {
        workerExit: { code: null, signal: 'SIGKILL' },
        outOfMemory: null,
        workerLog: [{ level: 'info', text: 'last words {"to":"[jid]"}' }],
        transitions: [{ state: 'CONNECTED' }],
        memory: expect.arrayContaining([
          expect.objectContaining({ nodeBytes: expect.any(Number), browserBytes: null }),
        ]),
      },
    });
  });

  it('a hung worker is killed and replaced', async () => {
    const tenantId = await startWith('steady', soonHung);
    await until(tenantId, 'ACTIVE');
    process.kill(fleet.workerPid(tenantId), 'SIGSTOP');
    await until(tenantId, ({ status }) => status === 'RECOVERING');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const ended = await fleet.db.tenantEvent.findFirstOrThrow({ where: { tenantId, type: 'worker.ended' } });
    expect(ended.data).toMatchObject({ generation: 1, reason: 'worker_hung' });
  });

  it('a worker that never greets is killed as hung', async () => {
    const tenantId = await startWith('mute', soonHung);
    await until(tenantId, ({ worker }) => worker.generation === 2);
    const ended = await fleet.db.tenantEvent.findFirstOrThrow({ where: { tenantId, type: 'worker.ended' } });
    expect(ended.data).toMatchObject({ generation: 1, reason: 'worker_hung' });
  });

  it('a worker that crashes again and again is a crash loop, which a restart by hand ends', async () => {
    const tenantId = await startWith('crashing');
    const view = await until(tenantId, 'ERROR');
    expect(view).toMatchObject({
      reason: { code: 'crash_looping' },
      worker: { generation: 5, status: 'ERROR' },
    });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    const { items } = await running.api.get(`/admin/tenants/${tenantId}/incidents`);
    // Whether the earlier one is over depends on whether the last worker was green for a moment.
    expect(items).toMatchObject([
      { reason: { code: 'crash_looping' }, count: 1, resolvedAt: null },
      { reason: { code: 'worker_exited' }, count: 4, detail: 'The process ended with code 1.' },
    ]);
    await act(tenantId, 'restart');
    await until(tenantId, ({ worker }) => worker.generation > 5);
  });

  it('what can not be started says why, counts as no crash, and starts by itself once it is mended', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    const home = join(fleet.tenantsDir, tenantId, 'home');
    rmSync(home, { recursive: true });
    writeFileSync(home, 'in the way');
    await act(tenantId, 'start');
    const view = await until(tenantId, 'ERROR');
    expect(view).toMatchObject({ reason: { code: 'permission_denied' }, worker: { status: 'ERROR' } });
    expect(view.detail).toContain(home);
    rmSync(home);
    await until(tenantId, 'ACTIVE');
    const { crashes } = await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    expect(crashes).toEqual([]);
  });

  it('a worker that ends before its browser is followed only when nothing of that browser lives', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    const worker = fleet.workerPid(tenantId);
    const before = fleet.processesOf(tenantId);
    // It answers to no signal but one.
    for (const pid of before) if (pid !== worker) process.kill(pid, 'SIGSTOP');
    process.kill(worker, 'SIGKILL');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    expect(fleet.processesOf(tenantId).filter((pid) => before.includes(pid))).toEqual([]);
  });

  it('a worker whose page has gathered much memory is replaced: told as that, and no crash', async () => {
    const tenantId = await startWith('hoarding');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const { crashes } = await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    expect(crashes).toEqual([]);
    const told = async (type: string) =>
      (await fleet.db.tenantEvent.findMany({ where: { tenantId, type }, orderBy: { seq: 'asc' } })).map(
        ({ data }) => data,
      );
    expect(await told('worker.ended')).toEqual([
      expect.objectContaining({ generation: 1, reason: 'memory_recycle' }),
    ]);
    expect(await told('tenant.status')).toEqual([
      expect.objectContaining({ status: 'STARTING' }),
      expect.objectContaining({ status: 'ACTIVE' }),
      expect.objectContaining({ status: 'RECOVERING', reason: 'memory_recycle' }),
      expect.objectContaining({ status: 'ACTIVE' }),
    ]);
  });

  it('a code that nobody scans is shown no longer than its time, whatever its worker does', async () => {
    const deadlines = { ...workerDeadlines.deadlines, qrBudgetMs: 500 };
    const tenantId = await startWith('unscanned', { WORKER_DEADLINES: JSON.stringify({ deadlines }) });
    await until(tenantId, ({ session }) => session.state === 'QR_READY');
    const view = await until(
      tenantId,
      ({ reason, worker }) => reason?.code === 'qr_expired' && worker.status === 'STOPPED',
    );
    expect(view).toMatchObject({ status: 'QR_PENDING', worker: { generation: 1 } });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    await act(tenantId, 'start');
    await until(tenantId, ({ session, worker }) => session.state === 'QR_READY' && worker.generation === 2);
  });

  it('a session that makes no progress is replaced although its worker answers', async () => {
    const quick = { launchMs: 500, pageMs: 500, authMs: 500, readyMs: 500 };
    const tenantId = await startWith('stuck', {
      SUPERVISION: JSON.stringify({ ...supervision, stuckMs: 2_000 }),
      WORKER_DEADLINES: JSON.stringify({ deadlines: { ...workerDeadlines.deadlines, ...quick } }),
    });
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const ended = await fleet.db.tenantEvent.findFirstOrThrow({ where: { tenantId, type: 'worker.ended' } });
    expect(ended.data).toMatchObject({ generation: 1, reason: 'worker_hung' });
    const { items } = await running.api.get(`/admin/tenants/${tenantId}/incidents`);
    expect(items).toMatchObject([{ detail: 'The session made no progress any more.' }]);
  });

  it('stop ends every process and is idempotent, start brings the session back', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    for (let repeat = 0; repeat < 2; repeat++) {
      await act(tenantId, 'stop');
      await until(tenantId, ({ status, worker }) => status === 'PAUSED' && worker.status === 'STOPPED');
    }
    expect(fleet.processesOf(tenantId)).toEqual([]);
    for (let repeat = 0; repeat < 2; repeat++) await act(tenantId, 'start');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
  });

  it('a worker that does not end when asked is killed at the deadline', async () => {
    const tenantId = await startWith('stubborn');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    expect(fleet.processesOf(tenantId)).toEqual([]);
  });

  it('a restart by hand is a new generation without a crash', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'restart');
    await until(tenantId, (view) => view.status === 'ACTIVE' && view.worker.generation === 2);
    const { crashes } = await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    expect(crashes).toEqual([]);
  });

  it('a logout parks the tenant without a worker until somebody starts it', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    for (let repeat = 0; repeat < 2; repeat++)
      await running.api.post(`/admin/tenants/${tenantId}/session/logout`);
    const view = await until(
      tenantId,
      ({ session, worker }) => session.state === 'LOGGED_OUT' && worker.status === 'STOPPED',
    );
    expect(view).toMatchObject({
      status: 'ERROR',
      reason: { code: 'signed_out_by_user' },
      detail: null,
      isLoggedIn: false,
    });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    await act(tenantId, 'start');
    await until(tenantId, 'ACTIVE');
  });

  it('a logout of a stopped tenant sets its profile aside', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    const folder = join(fleet.tenantsDir, tenantId);
    writeFileSync(join(folder, 'profile/keys'), 'x');
    for (let repeat = 0; repeat < 2; repeat++)
      await running.api.post(`/admin/tenants/${tenantId}/session/logout`);
    const view = await until(tenantId, ({ session }) => session.state === 'LOGGED_OUT');
    expect(view).toMatchObject({ status: 'PAUSED', isLoggedIn: false });
    expect(await fleet.db.whatsappSession.findUniqueOrThrow({ where: { tenantId } })).toMatchObject({
      detail: 'WhatsApp could not be told; remove the device on the phone as well',
    });
    expect(existsSync(join(folder, 'profile/keys'))).toBe(false);
    expect(readdirSync(join(folder, 'trash'))).toHaveLength(1);
  });

  it('an erased tenant leaves no process, no folder and no row', async () => {
    const tenantId = await startWith('steady');
    const url = 'https://receiver.example/hook';
    await running.api.post(`/admin/tenants/${tenantId}/webhooks`, { url });
    await until(tenantId, 'ACTIVE');
    expect(await fleet.db.webhookDelivery.count()).toBeGreaterThan(0);
    const at = new Date();
    const told = { id: 'alt_told', reason: 'unpaired', detail: 'private', openedAt: at, toldAt: at };
    await fleet.db.alert.create({ data: { ...told, tenantId } });
    const { status } = await running.api.call('DELETE', `/admin/tenants/${tenantId}`);
    expect(status).toBe(202);
    await eventually(async () => (await fleet.db.tenant.findUnique({ where: { id: tenantId } })) === null, {
      timeoutMs: patienceMs,
      what: 'the row to be gone',
    });
    expect(fleet.processesOf(tenantId)).toEqual([]);
    expect(existsSync(join(fleet.tenantsDir, tenantId))).toBe(false);
    expect(await fleet.db.webhookEndpoint.count()).toBe(0);
    expect(await fleet.db.webhookDelivery.count()).toBe(0);
    // Operators who heard that it needs a person are still to hear that it no longer does.
    const [alert, ...others] = await fleet.db.alert.findMany({ where: { tenantId } });
    expect(alert).toMatchObject({ id: 'alt_told', detail: null, endedAt: expect.any(Date), endToldAt: null });
    expect(others).toEqual([]);
    await fleet.db.alert.deleteMany();
  });

  it('boots wait for their turn and all get one', async () => {
    running = await fleet.start({ MAX_CONCURRENT_BOOTS: '1' });
    await running.app.active;
    const tenants = await Promise.all(Array.from({ length: 4 }, () => running.createTenant()));
    for (const tenantId of tenants) await until(tenantId, 'ACTIVE');
  });

  it('one log line per transition tells the story', async () => {
    const tenantId = await startWith('steady');
    await until(tenantId, 'ACTIVE');
    await act(tenantId, 'stop');
    await until(tenantId, ({ worker }) => worker.status === 'STOPPED');
    const told = ['tenant', 'session', 'worker', 'action'];
    const story = running.logLines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.tenantId === tenantId && line.level !== 'debug')
      .filter((line) => told.includes(String(line.msg).split(' ', 1)[0] ?? ''))
      .filter((line) => line.msg !== 'worker adopted')
      .map((line) => [line.msg, line.status ?? line.state ?? line.action ?? line.generation].join(' '));
    expect(story).toEqual([
      'tenant created ',
      'tenant status changed STARTING',
      'worker started 1',
      'session state changed CONNECTED',
      'tenant status changed ACTIVE',
      'action requested stop',
      'tenant status changed PAUSED',
      'session state changed DISCONNECTED',
      'worker ended 1',
    ]);
  });
});
