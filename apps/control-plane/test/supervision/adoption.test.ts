import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '@wafleet/contracts';
import {
  type ApiClient,
  asAdmin,
  controlPlaneProgram,
  createApiClient,
  eventually,
  freePort,
  openEventStream,
} from '@wafleet/testing';
import { startAlertReceiver } from '../fakes/alert-receiver';
import { createFleet, patienceMs, soonHung, soonHungMs, workerDeadlines, type Fleet } from '../fleet';

jest.setTimeout(180_000);

interface Process {
  child: ChildProcess;
  url: string;
  adminKey: string;
  api: ApiClient;
  output: string[];
}

let fleet: Fleet;
const children: ChildProcess[] = [];

beforeAll(async () => {
  if (!existsSync(controlPlaneProgram)) throw new Error('Build the control plane first: pnpm run build');
  fleet = await createFleet();
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGKILL');
  await fleet.clear();
  await fleet.db.instance.updateMany({ data: { isActive: false, lostAt: null } });
  await fleet.db.alert.deleteMany();
});
afterAll(async () => {
  await fleet.stop();
});

async function launch(overrides: Record<string, string> = {}): Promise<Process> {
  const port = await freePort();
  const env = await fleet.environment({ PORT: String(port), ...overrides });
  const child = spawn(process.execPath, [controlPlaneProgram], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)));
  const url = `http://127.0.0.1:${port}`;
  const adminKey = env.ADMIN_KEY as string;
  return { child, url, adminKey, output, api: createApiClient(url, asAdmin(adminKey)) };
}

async function isReady({ api, child, output }: Process): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`It ended: ${output.join('')}`);
  return (await api.call('GET', '/readyz')).status === 200;
}

async function launchReady(overrides?: Record<string, string>): Promise<Process> {
  const launched = await launch(overrides);
  await eventually(() => isReady(launched), { timeoutMs: patienceMs, what: () => launched.output.join('') });
  return launched;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await ended;
}

async function activeTenant(api: ApiClient): Promise<TenantId> {
  const { id } = (await api.post('/admin/tenants', { name: 'Shop' })) as { id: TenantId };
  await fleet.until(api, id, 'ACTIVE');
  return id;
}

async function receivedBodies(tenantId: TenantId): Promise<string[]> {
  const rows = await fleet.db.message.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
  return rows.map((row) => row.body);
}

/** Where a reader of the live stream would go on. */
async function lastEventId(): Promise<string> {
  const { epoch } = await fleet.db.instance.findFirstOrThrow();
  const { _max } = await fleet.db.tenantEvent.aggregate({ _max: { seq: true } });
  return `${epoch}-${_max.seq}`;
}

/** Each tenant's status as a list shows it. Throws while there is no answer. */
async function listed(api: ApiClient, path = '/admin/tenants'): Promise<Record<TenantId, string>> {
  const { items, rows = items } = (await api.get(path)) as Record<string, { id: TenantId; status: string }[]>;
  return Object.fromEntries((rows ?? []).map(({ id, status }) => [id, status]));
}

describe('a control plane that is killed', () => {
  it('leaves its workers running; the next one adopts them, and what came meanwhile is stored exactly once', async () => {
    const first = await launchReady();
    const tenantId = await activeTenant(first.api);
    const pid = fleet.workerPid(tenantId);
    process.kill(pid, 'SIGUSR2');
    await eventually(async () => (await receivedBodies(tenantId)).length === 1, {
      timeoutMs: patienceMs,
      what: 'a message',
    });

    await end(first.child, 'SIGKILL');
    process.kill(pid, 'SIGUSR2');
    const second = await launchReady();
    await fleet.until(second.api, tenantId, 'ACTIVE');
    await eventually(async () => (await receivedBodies(tenantId)).length >= 2, {
      timeoutMs: patienceMs,
      what: 'the second message',
    });
    process.kill(pid, 'SIGUSR2');
    await eventually(async () => (await receivedBodies(tenantId)).length >= 3, {
      timeoutMs: patienceMs,
      what: 'the third message',
    });

    expect(await receivedBodies(tenantId)).toEqual(['message 1', 'message 2', 'message 3']);
    expect(fleet.workerPid(tenantId)).toBe(pid);
    expect((await fleet.status(second.api, tenantId)).worker).toMatchObject({ generation: 1, restarts: 0 });
  });

  it('while a worker died with it, is followed by one that notices', async () => {
    const first = await launchReady();
    const tenantId = await activeTenant(first.api);
    await end(first.child, 'SIGKILL');
    process.kill(fleet.workerPid(tenantId), 'SIGKILL');
    const second = await launchReady();
    await fleet.until(
      second.api,
      tenantId,
      (view) => view.status === 'ACTIVE' && view.worker.generation === 2,
    );
    expect(fleet.processesOf(tenantId)).toHaveLength(2);
  });

  it('with one of its workers is followed by one that never shows that tenant as green before it is', async () => {
    // Green of before must last until the next one answers, however busy the machine is.
    const { probeIntervalMs } = workerDeadlines.deadlines;
    const deadlines = { probeIntervalMs, probeTimeoutMs: 10 * patienceMs };
    const proven = { WORKER_DEADLINES: JSON.stringify({ deadlines }) };
    const first = await launchReady(proven);
    const dead = await activeTenant(first.api);
    const alive = await activeTenant(first.api);
    const before = await lastEventId();
    await end(first.child, 'SIGKILL');
    process.kill(fleet.workerPid(dead), 'SIGKILL');

    const next = await launch(proven);
    const shown: Record<TenantId, Set<string>> = { [dead]: new Set(), [alive]: new Set() };
    await eventually(
      async () => {
        const lists = [await listed(next.api), await listed(next.api, '/admin/fleet')];
        // Asked last: while it names the dead generation, nothing that was shown before may be green.
        const { status, worker } = await fleet.status(next.api, dead);
        for (const list of lists) {
          shown[alive]?.add(list[alive] ?? 'missing');
          if (worker.generation === 1) shown[dead]?.add(list[dead] ?? 'missing').add(status);
        }
        return status === 'ACTIVE' && worker.generation === 2;
      },
      { timeoutMs: patienceMs, everyMs: 1, what: () => `a new worker; ${next.output.join('')}` },
    );
    expect([...(shown[dead] as Set<string>)]).not.toContain('ACTIVE');
    expect([...(shown[alive] as Set<string>)]).toEqual(['ACTIVE']);

    const url = `${next.url}/admin/events?after=${before}`;
    const stream = await openEventStream(url, asAdmin(next.adminKey));
    const statuses = (id: TenantId) =>
      stream.events
        .filter(({ tenantId, type }) => tenantId === id && type === 'tenant.status')
        .map(({ data }) => data.status);
    await eventually(() => statuses(dead).at(-1) === 'ACTIVE', { timeoutMs: patienceMs, what: 'its events' });
    stream.stop();
    expect(new Set(statuses(dead).slice(0, -1))).toEqual(new Set(['RECOVERING']));
    expect(statuses(alive)).toEqual([]);
  });

  it('is followed by the one that stands by', async () => {
    const first = await launchReady();
    const tenantId = await activeTenant(first.api);
    const pid = fleet.workerPid(tenantId);
    const second = await launch();
    await eventually(async () => (await second.api.call('GET', '/readyz')).body.code === 'STANDBY', {
      timeoutMs: patienceMs,
      what: 'the second to stand by',
    });
    expect((await second.api.call('GET', '/admin/tenants')).body).toMatchObject({ code: 'STANDBY' });

    await end(first.child, 'SIGKILL');
    await eventually(() => isReady(second), { timeoutMs: patienceMs, what: 'the second to take over' });
    await fleet.until(second.api, tenantId, 'ACTIVE');
    expect(fleet.workerPid(tenantId)).toBe(pid);
  });
});

describe('a control plane that is stopped by a signal', () => {
  const events = (tenantId: TenantId, type: string) =>
    fleet.db.tenantEvent.findMany({ where: { tenantId, type }, orderBy: { seq: 'asc' } });

  it('for longer than a worker may be silent kills none of them when it goes on', async () => {
    const launched = await launchReady(soonHung);
    const tenants = [await activeTenant(launched.api), await activeTenant(launched.api)];
    const pids = tenants.map(fleet.workerPid);
    for (let repeat = 0; repeat < 3; repeat += 1) {
      launched.child.kill('SIGSTOP');
      // What is asked meanwhile wakes the tenants' passes the moment it goes on, before anything else was heard.
      const asked = tenants.map((tenantId) =>
        launched.api.call('POST', `/admin/tenants/${tenantId}/worker/start`),
      );
      await delay(2 * soonHungMs);
      launched.child.kill('SIGCONT');
      const answers = await Promise.allSettled(asked);
      const printed = launched.output.join('').slice(-2_000);
      expect([answers.map(({ status }) => status), printed]).toEqual([['fulfilled', 'fulfilled'], printed]);
      for (const tenantId of tenants) await fleet.until(launched.api, tenantId, 'ACTIVE');
    }
    expect(tenants.map(fleet.workerPid)).toEqual(pids);
    for (const tenantId of tenants) expect(await events(tenantId, 'worker.ended')).toEqual([]);
    expect(launched.output.join('')).toContain('supervision was away itself');
  });

  it('still kills a worker that hangs beside it', async () => {
    const launched = await launchReady(soonHung);
    const tenantId = await activeTenant(launched.api);
    process.kill(fleet.workerPid(tenantId), 'SIGSTOP');
    launched.child.kill('SIGSTOP');
    await delay(2 * soonHungMs);
    launched.child.kill('SIGCONT');
    await fleet.until(
      launched.api,
      tenantId,
      (view) => view.status === 'ACTIVE' && view.worker.generation === 2,
    );
    const [ended] = await events(tenantId, 'worker.ended');
    expect(ended?.data).toMatchObject({ generation: 1, reason: 'worker_hung' });
  });
});

describe('operators are told', () => {
  const codes = async ({ api }: Process) => {
    const { items } = (await api.get('/admin/alerts')) as { items: { reason: { code: string } }[] };
    return items.map(({ reason }) => reason.code);
  };

  it('that a control plane was killed, but not that one was told to end', async () => {
    await end((await launchReady()).child, 'SIGTERM');
    const second = await launchReady();
    expect((await fleet.db.instance.findFirstOrThrow()).lostAt).toBeNull();
    await end(second.child, 'SIGKILL');
    const third = await launchReady({ ALERTING: '{"lookMs":200}' });
    await eventually(async () => (await codes(third)).includes('control_plane_lost'), {
      timeoutMs: patienceMs,
      what: 'the alert',
    });
  });

  it('that the database is away, by control planes that can not start without it, and that it is back', async () => {
    const receiver = await startAlertReceiver();
    const outageFile = async () =>
      join((await fleet.environment()).DATA_DIR as string, 'database-outage.json');
    const told = () =>
      receiver.taken.map(({ notice }) => notice.data.title).filter((title) => title.includes('database'));
    const toldSoon = (count: number) =>
      eventually(() => told().length === count, { timeoutMs: 60_000, what: () => told().join() });
    try {
      const alerting = {
        ALERT_WEBHOOK_URL: receiver.url,
        ALERT_WEBHOOK_SECRET: receiver.secret,
        ALERTING: '{"holdMs":300,"lookMs":100}',
      };
      const away = await launch({ ...alerting, DATABASE_URL: 'postgresql://127.0.0.1:1/none' });
      await toldSoon(1);
      await eventually(async () => (await readFile(await outageFile(), 'utf8')).includes('webhook'), {
        timeoutMs: patienceMs,
        what: 'a note of it',
      });
      await end(away.child, 'SIGKILL');
      const back = await launchReady(alerting);
      await toldSoon(2);
      expect(told()).toEqual(['Wafleet is in trouble: The database is away', 'Over: The database is away']);
      const { origin, pathname } = new URL(receiver.url);
      for (const { output } of [away, back])
        for (const secret of [origin, pathname, receiver.secret])
          expect(output.join('')).not.toContain(secret);
    } finally {
      await receiver.stop();
    }
  });
});

describe('a control plane that is told to end', () => {
  it('leaves its workers to the next one', async () => {
    const first = await launchReady();
    const tenantId = await activeTenant(first.api);
    const pid = fleet.workerPid(tenantId);
    await end(first.child, 'SIGTERM');
    expect(first.child.exitCode).toBe(0);
    expect(fleet.processesOf(tenantId)).toContain(pid);
  });

  it('stops them where it is configured so, and the next one brings them back at once', async () => {
    const first = await launchReady({ STOP_WORKERS_ON_EXIT: '1' });
    const tenantId = await activeTenant(first.api);
    const { generation } = (await fleet.status(first.api, tenantId)).worker;
    await end(first.child, 'SIGTERM');
    expect(first.child.exitCode).toBe(0);
    expect(fleet.processesOf(tenantId)).toEqual([]);
    const second = await launchReady();
    const view = await fleet.until(second.api, tenantId, 'ACTIVE');
    expect(view).toMatchObject({ desiredState: 'RUNNING', worker: { generation: generation + 1 } });
    const { crashes } = await fleet.db.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    expect(crashes).toEqual([]);
  });

  it('ends when the pipe of its parent closes, and leaves its workers', async () => {
    const first = await launchReady({ PARENT_PIPE: '1', STOP_WORKERS_ON_EXIT: '1' });
    const tenantId = await activeTenant(first.api);
    const ended = new Promise((done) => first.child.once('exit', done));
    first.child.stdin?.end();
    expect(await ended).toBe(0);
    expect(fleet.processesOf(tenantId)).toHaveLength(2);
  });
});

describe('a control plane that can not start', () => {
  const refusal = async (overrides: Record<string, string>) => {
    const launched = await launch(overrides);
    const code = await new Promise((done) => launched.child.once('close', done));
    expect(code).toBe(1);
    return launched.output
      .join('')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'));
  };

  it.each(['PORT', 'LINK_PORT'])('because %s is taken says so in one sentence', async (setting) => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const { port } = blocker.address() as { port: number };
    const lines = await refusal({ [setting]: String(port) });
    await new Promise((done) => blocker.close(done));
    expect(lines).toEqual([`Port ${port} is taken; set ${setting} to another one.`]);
  });

  it('because a setting is wrong names it and does not show its value', async () => {
    const lines = await refusal({ ADMIN_KEY: 'too-short-secret' });
    expect(lines.join('\n')).toContain('ADMIN_KEY: must have at least 32 characters');
    expect(lines.join('\n')).not.toContain('too-short-secret');
  });

  it('because its folder belongs to another database says so', async () => {
    const first = await launchReady();
    await end(first.child, 'SIGTERM');
    await fleet.db.instance.updateMany({ data: { id: 'another' } });
    const lines = await refusal({});
    expect(lines).toEqual([expect.stringContaining('DATA_DIR belongs to another database')]);
  });
});
