import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantId } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { DriverError, type WorkerDriver, type WorkerSpec } from '../../src/drivers/worker-driver';
import { createNewId } from '../../src/new-id';
import { patienceMs, type WorkerProgram } from '../fleet';
import { describeLostEngine, type LosableEngine } from './engine-contract';

/** One kind of engine, with a way to look at it that is not the driver's. */
export interface DriverHarness {
  tenantsDir: string;
  /** As a control plane that has just started would make it. */
  driverFor(program: WorkerProgram): WorkerDriver;
  /** Of the same installation, with other settings for workers. */
  changedDriver(): WorkerDriver;
  /** Without a worker to run. */
  driverWithoutProgram(): WorkerDriver;
  /** So many processes of the tenant are alive; worker and browser are two. */
  countProcesses(tenantId: TenantId): Promise<number>;
  /** The worker's main process is ended by SIGKILL. */
  crash(tenantId: TenantId): Promise<void>;
  /** Everything that the worker and whoever looks at it may know of us, as text. */
  knowledgeOf(tenantId: TenantId): Promise<string>;
  /** What stands between driver and workers; null where nothing does. */
  engine: LosableEngine | null;
  /** One that waits two seconds for an answer of it, and no longer. */
  impatientDriver(): WorkerDriver;
}

/** What a kind of driver is like, beside what all promise. */
export interface DriverKind {
  /** It holds workers to their limits. */
  holdsLimits: boolean;
  /** Its engine can be lost while workers go on. */
  hasEngine: boolean;
}

const newId = createNewId();
const waiting = { timeoutMs: patienceMs };

/**
 * What each driver promises, whatever runs its workers. drivers/README.md says it in prose.
 * @param create null where this machine has no such engine, which has been said already: then nothing is shown
 */
export function describeDriverContract(kind: DriverKind, create: () => Promise<DriverHarness | null>): void {
  let harness: DriverHarness;
  let isHere = false;
  let nextUid = 1_800_000_000 + (process.pid % 10_000) * 100;
  const tenants: TenantId[] = [];

  beforeAll(async () => {
    const created = await create();
    isHere = created !== null;
    if (created !== null) harness = created;
  }, 600_000);
  afterEach(async () => {
    if (!isHere) return;
    for (const tenantId of tenants.splice(0)) {
      await harness.driverFor('steady').kill(tenantId);
      await harness.driverFor('steady').remove(tenantId);
    }
  });
  function it(title: string, work: () => Promise<void>, timeoutMs?: number): void {
    const guarded = async () => {
      if (isHere) await work();
    };
    test(title, guarded, timeoutMs);
  }

  function specFor(generation = 1): WorkerSpec {
    const tenantId = newId('ten') as TenantId;
    tenants.push(tenantId);
    const osUid = process.getuid?.() === 0 ? nextUid++ : null;
    const given = { build: null, limits: null, takeOver: false, hasLogin: false, proxyUrl: null };
    return { tenantId, generation, token: `token-of-${tenantId}`, osUid, ...given };
  }

  const running = (tenantId: TenantId) =>
    eventually(async () => (await harness.countProcesses(tenantId)) >= 2, { ...waiting, what: 'a browser' });
  const ended = (driver: WorkerDriver, tenantId: TenantId) =>
    eventually(async () => (await driver.inspect(tenantId)).state === 'stopped', {
      ...waiting,
      what: 'its end',
    });

  it('a tenant that never ran is gone, and may be stopped, killed and removed again and again', async () => {
    const driver = harness.driverFor('steady');
    const { tenantId } = specFor();
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(await driver.inspect(tenantId)).toEqual({ state: 'gone' });
      await driver.stop(tenantId, 500);
      await driver.kill(tenantId);
      await driver.remove(tenantId);
    }
  });

  it('a start that is repeated gives the worker that runs, and none of another generation beside it', async () => {
    const driver = harness.driverFor('steady');
    const spec = specFor();
    const first = await driver.start(spec);
    await running(spec.tenantId);
    const before = await harness.countProcesses(spec.tenantId);
    expect(await driver.start(spec)).toEqual(first);
    await expect(driver.start({ ...spec, generation: 2 })).rejects.toThrow(DriverError);
    expect(await harness.countProcesses(spec.tenantId)).toBe(before);
  });

  it('a running worker is found by the next control plane, which names no address where it is', async () => {
    const spec = specFor();
    const handle = await harness.driverFor('steady').start(spec);
    const next = harness.driverFor('steady');
    const { tenantId } = spec;
    expect(await next.inspect(tenantId)).toEqual({ state: 'running', generation: 1, handle });
    expect(await next.list()).toContain(tenantId);
    // It is stored as it is, and a later version of the driver must be able to tell.
    expect(JSON.parse(JSON.stringify(handle))).toEqual(handle);
    expect(handle.version).toBeGreaterThan(0);
    expect(JSON.stringify(handle)).not.toMatch(/\d+\.\d+\.\d+\.\d+|https?:|wss?:|port/i);
  });

  it('a worker that is asked to stop ends by itself', async () => {
    const driver = harness.driverFor('steady');
    const { tenantId, ...rest } = specFor();
    await driver.start({ tenantId, ...rest });
    await running(tenantId);
    await driver.stop(tenantId, 20_000);
    expect(await harness.countProcesses(tenantId)).toBe(0);
    expect(await driver.inspect(tenantId)).toEqual({
      state: 'stopped',
      generation: 1,
      exit: { code: 0, signal: null },
    });
  });

  for (const program of ['stubborn', 'mute'] as const)
    it(`a ${program} worker is killed in the end, with its browser`, async () => {
      const driver = harness.driverFor(program);
      const spec = specFor();
      await driver.start(spec);
      if (program !== 'mute') await running(spec.tenantId);
      await driver.stop(spec.tenantId, 500);
      expect(await harness.countProcesses(spec.tenantId)).toBe(0);
      expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'stopped', generation: 1 });
      expect(await driver.list()).not.toContain(spec.tenantId);
    });

  it('a crash is told, its signal is known, and the next generation starts from the same files', async () => {
    const driver = harness.driverFor('steady');
    const spec = specFor();
    const { tenantId } = spec;
    const told: TenantId[] = [];
    const watch = driver.watch((id) => told.push(id));
    try {
      await driver.start(spec);
      await running(tenantId);
      writeFileSync(join(harness.tenantsDir, tenantId, 'profile/keys'), 'of the login');
      await harness.crash(tenantId);
      await ended(driver, tenantId);
      expect(await driver.inspect(tenantId)).toMatchObject({ exit: { code: null, signal: 'SIGKILL' } });
      await eventually(() => told.includes(tenantId), { ...waiting, what: 'the news' });
    } finally {
      await watch.stop();
    }
    await driver.start({ ...spec, generation: 2 });
    expect(await driver.inspect(tenantId)).toMatchObject({ state: 'running', generation: 2 });
    expect(readFileSync(join(harness.tenantsDir, tenantId, 'profile/keys'), 'utf8')).toBe('of the login');
  });

  it('a kill touches no other tenant', async () => {
    const driver = harness.driverFor('steady');
    const [mine, other] = [specFor(), specFor()];
    await Promise.all([driver.start(mine), driver.start(other)]);
    await running(other.tenantId);
    const before = await harness.countProcesses(other.tenantId);
    await driver.kill(mine.tenantId);
    expect(await harness.countProcesses(mine.tenantId)).toBe(0);
    expect(await harness.countProcesses(other.tenantId)).toBe(before);
  });

  it('other settings change no worker that runs, and each that is started after', async () => {
    const spec = specFor();
    const { tenantId } = spec;
    const handle = await harness.driverFor('steady').start(spec);
    const settings = () =>
      JSON.parse(readFileSync(join(harness.tenantsDir, tenantId, 'run/worker.json'), 'utf8')) as {
        logLevel: string;
      };
    const changed = harness.changedDriver();
    expect(await changed.start(spec)).toEqual(handle);
    expect(settings().logLevel).toBe('info');
    await changed.stop(tenantId, 20_000);
    await changed.start({ ...spec, generation: 2 });
    expect(settings().logLevel).toBe('debug');
  });

  it('it says whether it holds workers to their limits', async () => {
    expect(harness.driverFor('steady').limits).toBe(kind.holdsLimits);
    expect(harness.engine !== null).toBe(kind.hasEngine);
  });

  if (kind.holdsLimits)
    it('a worker that wants more memory than it may have ends alone, and its end says why', async () => {
      const driver = harness.driverFor('greedy');
      const [spec, neighbour] = [specFor(), specFor()];
      await driver.start(spec);
      await driver.start(neighbour);
      writeFileSync(join(harness.tenantsDir, spec.tenantId, 'home/greed'), '');
      await ended(driver, spec.tenantId);
      expect(await driver.inspect(spec.tenantId)).toMatchObject({
        exit: { code: null, signal: 'SIGKILL', outOfMemory: true },
      });
      expect(await driver.inspect(neighbour.tenantId)).toMatchObject({ state: 'running', generation: 1 });
    });

  if (kind.hasEngine) describeLostEngine(it, { harness: () => harness, specFor, running });

  it('the configured build is found, is the same each time, and starts workers; one that is not there is named', async () => {
    const driver = harness.driverFor('steady');
    const build = await driver.findBuild(null);
    expect(await driver.findBuild(null)).toEqual(build);
    expect(await driver.hasBuild(build)).toBe(true);
    expect(await driver.hasBuild({ ...build, id: `sha256:${'0'.repeat(64)}` })).toBe(false);
    await expect(driver.findBuild('nowhere')).rejects.toMatchObject({ reason: 'image_missing' });
    const spec = specFor();
    await driver.start({ ...spec, build });
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'running' });
  });

  it('a worker that can not be started says why, and leaves nothing that runs', async () => {
    const driver = harness.driverWithoutProgram();
    const spec = specFor();
    await expect(driver.start(spec)).rejects.toMatchObject({ reason: 'image_missing' });
    expect(await harness.countProcesses(spec.tenantId)).toBe(0);
    expect((await driver.inspect(spec.tenantId)).state).not.toBe('running');
    await harness.driverFor('steady').start(spec);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'running' });
  });

  it('a worker knows its own token and nothing else of us', async () => {
    process.env.DATABASE_URL = 'postgresql://planted';
    process.env.ADMIN_KEY = 'planted-key';
    const spec = specFor();
    try {
      await harness.driverFor('steady').start(spec);
      await running(spec.tenantId);
    } finally {
      delete process.env.DATABASE_URL;
      delete process.env.ADMIN_KEY;
    }
    const known = await harness.knowledgeOf(spec.tenantId);
    expect(known).not.toContain('planted');
    expect(known).not.toContain(spec.token);
    const file = readFileSync(join(harness.tenantsDir, spec.tenantId, 'run/worker.json'), 'utf8');
    expect(file).toContain(spec.token);
  });

  describe('the tenant’s files', () => {
    it('keep a used profile in the trash, and are gone after remove', async () => {
      const driver = harness.driverFor('steady');
      const spec = specFor();
      await driver.start(spec);
      await driver.stop(spec.tenantId, 20_000);
      const root = join(harness.tenantsDir, spec.tenantId);
      writeFileSync(join(root, 'profile/keys'), 'x');
      for (let repeat = 0; repeat < 2; repeat++) await driver.setProfileAside(spec.tenantId);
      expect(readdirSync(join(root, 'trash'))).toHaveLength(1);
      await driver.clearTemp(spec.tenantId);
      for (let repeat = 0; repeat < 2; repeat++) await driver.remove(spec.tenantId);
      expect(existsSync(root)).toBe(false);
      expect(await driver.inspect(spec.tenantId)).toEqual({ state: 'gone' });
    });

    it('hold what a worker that ended wrote last', async () => {
      const driver = harness.driverFor('steady');
      const spec = specFor();
      await driver.start(spec);
      await running(spec.tenantId);
      await driver.stop(spec.tenantId, 20_000);
      await driver.inspect(spec.tenantId);
      const output = readFileSync(join(harness.tenantsDir, spec.tenantId, 'logs/worker.out.log'), 'utf8');
      expect(output).toContain('farewell');
    });
  });
}
