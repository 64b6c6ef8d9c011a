import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Rollout, RolloutItem, TenantId } from '@wafleet/contracts';
import {
  type ApiClient,
  asAdmin,
  controlPlaneProgram,
  createApiClient,
  eventually,
  freePort,
  tempDir,
  type TempDir,
} from '@wafleet/testing';
import { copyPrograms, createFleet, patienceMs, supervision, type Fleet, type WorkerProgram } from '../fleet';

jest.setTimeout(240_000);

/** A release of its own for each: programs named by how they behave. */
const releases: Record<string, WorkerProgram> = { good: 'old', broken: 'crashing' };
const names = ['One', 'Two', 'Three', 'Four'];

let fleet: Fleet;
let folder: TempDir;
let api: ApiClient;
let tenants: TenantId[];
const children: ChildProcess[] = [];

beforeAll(async () => {
  fleet = await createFleet();
  folder = await tempDir('wafleet-releases-');
  for (const [name, behaviour] of Object.entries(releases)) {
    const target = await copyPrograms(join(folder.path, name));
    await cp(join(target, `${behaviour}-worker.cjs`), join(target, 'worker.cjs'));
  }
});
beforeEach(async () => {
  api = await launch();
  tenants = await Promise.all(
    names.map(async (name) => ((await api.post('/admin/tenants', { name })) as { id: TenantId }).id),
  );
  tenants.sort();
  for (const tenantId of tenants) await fleet.until(api, tenantId, 'ACTIVE');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await fleet.clear();
  await fleet.db.rollout.deleteMany();
  await fleet.db.alert.deleteMany();
  await fleet.db.instance.updateMany({
    data: { buildName: null, buildId: null, isActive: false, lostAt: null },
  });
});
afterAll(async () => {
  await fleet?.stop();
  await folder?.remove();
});

describe('a build of the worker', () => {
  it('comes to a canary first, to the others once that stood its watch, and goes back by one call', async () => {
    const waiting = tenants[2] as TenantId;
    await fleet.db.tenant.update({ where: { id: waiting }, data: { parkedReason: 'qr_expired' } });
    await fleet.until(api, waiting, 'QR_PENDING');

    const { id } = await begin({ version: 'good', watchSeconds: 2 });
    expect((await api.call('POST', '/admin/rollouts', { body: {} })).body).toMatchObject({
      code: 'ROLLOUT_UNDER_WAY',
    });
    const done = await until(id, 'DONE');
    expect(done).toMatchObject({
      from: { name: '(configured)' },
      to: { name: 'good' },
      endedAt: expect.any(String),
    });
    const items = await itemsOf(id);
    expect(items.map(({ state, isCanary }) => ({ state, isCanary }))).toEqual([
      { state: 'DONE', isCanary: true },
      { state: 'DONE', isCanary: false },
      { state: 'SKIPPED', isCanary: false },
      { state: 'DONE', isCanary: false },
    ]);
    const [canary, ...others] = items.filter(({ state }) => state === 'DONE');
    expect(Date.parse(canary?.endedAt ?? '') - Date.parse(canary?.upAt ?? '')).toBeGreaterThanOrEqual(2_000);
    for (const { begunAt } of others) expect(begunAt?.localeCompare(canary?.endedAt ?? '')).toBe(1);
    await expectRunning(['2 good', '2 good', '1 (configured)', '2 good']);

    // Who waited for a scan has it from the next start on, and so has who comes later.
    await api.post(`/admin/tenants/${waiting}/worker/start`);
    await fleet.until(api, waiting, 'ACTIVE');
    const { id: fifth } = (await api.post('/admin/tenants', { name: 'Five' })) as { id: TenantId };
    await fleet.until(api, fifth, 'ACTIVE');
    await expectRunning(['2 good', '2 good', '2 good', '2 good', '1 good']);

    await api.post(`/admin/rollouts/${id}/back`);
    await until(id, 'BACK');
    await expectRunning([...tenants.map(() => '3 (configured)'), '2 (configured)']);
    expect((await api.call('POST', `/admin/rollouts/${id}/resume`)).body).toMatchObject({
      code: 'ROLLOUT_NOT_SO',
    });
  });

  it('that is broken stops by itself at its canary, is told to operators, and is taken back', async () => {
    const { id } = await begin({ version: 'broken', watchSeconds: 5 });
    const stopped = await until(id, 'STOPPED');
    expect(stopped).toMatchObject({
      stopDetail: '1 of 1 tenants failed with it.',
      counts: { FAILED: 1, WAITING: 3 },
    });
    const [canary, ...others] = await itemsOf(id);
    expect(canary).toMatchObject({ isCanary: true, outcome: expect.stringMatching(/^Its worker ended/) });
    const untouched = (await running()).slice(1);
    expect(untouched).toEqual(others.map(() => '1 (configured)'));
    await eventually(async () => (await openAlerts()).includes('rollout_stopped'), {
      ...wait,
      what: 'the alert',
    });

    await api.post(`/admin/rollouts/${id}/back`);
    const back = await until(id, 'BACK');
    expect(back.counts).toMatchObject({ BACK: 1, SKIPPED: 3 });
    await fleet.until(api, tenants[0] as TenantId, 'ACTIVE');
    expect((await running()).map((text) => text.split(' ')[1])).toEqual(tenants.map(() => '(configured)'));
    expect((await running()).slice(1)).toEqual(untouched);
    await eventually(async () => !(await openAlerts()).includes('rollout_stopped'), {
      ...wait,
      what: 'its end',
    });
  });

  it('comes to each once, whatever control plane is killed meanwhile; paused, to nobody', async () => {
    const { id } = await begin({ version: 'good', atOnce: 1 });
    const reaches = (count: number) =>
      eventually(async () => (await get(id)).counts.DONE >= count, { ...wait, what: `${count} done` });
    for (const count of [1, 2]) {
      await reaches(count);
      await kill(children.at(-1) as ChildProcess);
      api = await launch();
    }
    await api.post(`/admin/rollouts/${id}/pause`);
    const isSettled = async () => {
      const { UNDER_WAY, WATCHED } = (await get(id)).counts;
      return UNDER_WAY + WATCHED === 0;
    };
    await eventually(isSettled, { ...wait, what: 'what is under way' });
    const paused = await get(id);
    await api.post(`/admin/rollouts/${id}/resume`);
    const done = await until(id, 'DONE');
    expect(paused).toMatchObject({ state: 'PAUSED' });
    expect(done.counts).toMatchObject({ DONE: 4 });
    await expectRunning(tenants.map(() => '2 good'));
  });

  it('that is not there is refused by name', async () => {
    const answer = await api.call('POST', '/admin/rollouts', { body: { version: 'nowhere' } });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', errors: [{ field: 'version' }] },
    });
    const outside = await api.call('POST', '/admin/rollouts', { body: { version: '../good' } });
    expect(outside).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
  });
});

const wait = { timeoutMs: patienceMs };

async function begin(input: object): Promise<Rollout> {
  return (await api.post('/admin/rollouts', { watchSeconds: 1, ...input })) as Rollout;
}

const get = async (id: string) => (await api.get(`/admin/rollouts/${id}`)) as Rollout;
const itemsOf = async (id: string) =>
  ((await api.get(`/admin/rollouts/${id}/items`)) as { items: RolloutItem[] }).items;

function until(id: string, state: Rollout['state']): Promise<Rollout> {
  const story = async () => JSON.stringify([await get(id), await itemsOf(id), await running()]);
  return eventually(
    async () => {
      const rollout = await get(id);
      return rollout.state === state ? rollout : null;
    },
    { timeoutMs: 2 * patienceMs, what: async () => `${state}; there is ${await story()}` },
  );
}

/** Each tenant's generation and build, in the tenants' order. */
async function running(): Promise<string[]> {
  const workers = await fleet.db.workerProcess.findMany({ orderBy: { tenantId: 'asc' } });
  return workers.map(({ generation, buildName }) => `${generation} ${buildName}`);
}

/** Says what befell the tenants where they run something else. */
async function expectRunning(expected: readonly string[]): Promise<void> {
  const seen = await running();
  const isSo = isDeepStrictEqual(seen, expected);
  const events = isSo ? [] : await fleet.db.tenantEvent.findMany({ orderBy: { seq: 'asc' } });
  const story = events.map(({ tenantId, type, at, data }) => JSON.stringify({ tenantId, type, at, data }));
  expect({ seen, story }).toEqual({ seen: expected, story: [] });
}

async function openAlerts(): Promise<string[]> {
  const page = (await api.get('/admin/alerts?open=true')) as { items: { reason: { code: string } }[] };
  return page.items.map(({ reason }) => reason.code);
}

async function launch(): Promise<ApiClient> {
  const port = await freePort();
  const env = await fleet.environment({
    PORT: String(port),
    WORKER_RELEASES_DIR: folder.path,
    ALERTING: JSON.stringify({ lookMs: 200 }),
    // Control planes are killed here: nobody is taken for hung because they came back late on a busy machine.
    SUPERVISION: JSON.stringify({ ...supervision, hungMs: 30_000, linklessMs: 45_000 }),
  });
  const child = spawn(process.execPath, [controlPlaneProgram], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)));
  const launched = createApiClient(`http://127.0.0.1:${port}`, asAdmin(env.ADMIN_KEY as string));
  await eventually(async () => (await launched.call('GET', '/readyz')).status === 200, {
    ...wait,
    what: () => output.join(''),
  });
  return launched;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
}
