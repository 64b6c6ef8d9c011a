import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workerNodeFlags, type TenantId } from '@wafleet/contracts';
import { eventually, tempDir, type TempDir } from '@wafleet/testing';
import { createProcessDriver, type ProcessDriverOptions } from '../../src/drivers/process/process-driver';
import { readArguments, readEnvironmentOf, readStat } from '../../src/drivers/process/proc';
import { findTenantProcesses } from '../../src/drivers/process/process-tree';
import { readRecord } from '../../src/drivers/process/worker-record';
import type { WorkerDriver } from '../../src/drivers/worker-driver';
import { createNewId } from '../../src/new-id';
import { copyPrograms, patienceMs, reachableNode, type WorkerProgram } from '../fleet';
import { createFragileEngine, type FragileEngine } from '../fakes/fragile-engine';
import { describeDriverContract, type DriverHarness } from './driver-contract';
import { workerSettings } from './worker-settings';

const isRoot = process.getuid?.() === 0;
const newId = createNewId();
const waiting = { timeoutMs: patienceMs };

let folder: TempDir;
let programs: string;
let node: string;
let tenantsDir: string;
let nextUid = 1_900_000_000 + (process.pid % 10_000) * 100;
const tenants: TenantId[] = [];
const strangers: ChildProcess[] = [];

beforeAll(async () => {
  folder = await tempDir('wafleet-driver-');
  programs = await copyPrograms(join(folder.path, 'programs'));
  node = await reachableNode();
  tenantsDir = join(folder.path, 'tenants');
});
afterEach(async () => {
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
  for (const tenantId of tenants.splice(0)) await driverFor('steady').kill(tenantId);
});
afterAll(async () => {
  await folder.remove();
});

function driverFor(program: WorkerProgram, overrides: Partial<ProcessDriverOptions> = {}): WorkerDriver {
  return createProcessDriver({
    tenantsDir,
    node,
    nodeFlags: workerNodeFlags,
    bundle: join(programs, `${program}-worker.cjs`),
    releasesDir: null,
    settings: workerSettings(),
    linkUrl: () => 'ws://127.0.0.1:9/worker-link',
    now: () => new Date(),
    ...overrides,
  });
}

function specFor(generation = 1, tenantId = newId('ten') as TenantId) {
  tenants.push(tenantId);
  const osUid = isRoot ? nextUid++ : null;
  const given = { build: null, limits: null, takeOver: false, hasLogin: false, proxyUrl: null };
  return { tenantId, generation, token: `token-of-${tenantId}`, osUid, ...given };
}

const processesOf = (tenantId: TenantId) => findTenantProcesses(tenantsDir, tenantId);
const hasBrowser = (tenantId: TenantId) =>
  eventually(() => processesOf(tenantId).length === 2, { ...waiting, what: 'worker and browser' });

/** @param engine between the driver and its workers; null: nothing is */
const createHarness = (engine: FragileEngine | null): DriverHarness => {
  const behind = (driver: WorkerDriver, answerTimeoutMs = patienceMs) =>
    engine === null ? driver : engine.before(driver, answerTimeoutMs);
  return {
    tenantsDir,
    driverFor: (program) => behind(driverFor(program)),
    changedDriver: () => behind(driverFor('steady', { settings: workerSettings({ logLevel: 'debug' }) })),
    driverWithoutProgram: () => behind(driverFor('steady', { node: '/nonexistent/node' })),
    countProcesses: async (tenantId) => processesOf(tenantId).length,
    crash: async (tenantId) => void process.kill(pidOf(tenantId), 'SIGKILL'),
    async knowledgeOf(tenantId) {
      const pid = pidOf(tenantId);
      return [...readArguments(pid), ...readEnvironmentOf(pid)].join('\n');
    },
    engine,
    impatientDriver: () => behind(driverFor('steady'), 2_000),
  };
};

describe('the process driver', () => {
  describeDriverContract({ holdsLimits: false, hasEngine: false }, async () => createHarness(null));
});

describe('a driver with a fragile engine', () => {
  describeDriverContract({ holdsLimits: false, hasEngine: true }, async () =>
    createHarness(createFragileEngine()),
  );
});

function pidOf(tenantId: TenantId): number {
  const record = readRecord(join(tenantsDir, tenantId, 'run/worker.pid.json'));
  if (record === null) throw new Error('no worker was ever started');
  return record.pid;
}

describe('start', () => {
  it('first ends what is left of an earlier worker', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    const { pid } = await driver.start(spec);
    await hasBrowser(spec.tenantId);
    process.kill(pid as number, 'SIGKILL');
    await eventually(async () => (await driver.inspect(spec.tenantId)).state === 'stopped', {
      ...waiting,
      what: 'its end',
    });
    const [left] = processesOf(spec.tenantId);
    expect(left).toBeDefined();
    await driver.start({ ...spec, generation: 2 });
    expect(processesOf(spec.tenantId)).not.toContain(left);
  });

  it('is refused while somebody else holds the profile lock', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    await driver.start(spec);
    await driver.stop(spec.tenantId, 5_000);
    const lock = join(tenantsDir, spec.tenantId, 'run/browser.lock');
    const stranger = spawn('flock', [lock, 'sh', '-c', 'echo held; sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    strangers.push(stranger);
    await new Promise((held) => stranger.stdout?.once('data', held));
    await expect(driver.start({ ...spec, generation: 2 })).rejects.toMatchObject({
      reason: 'profile_locked',
      message: expect.stringContaining(`process ${stranger.pid} (flock)`),
    });
    process.kill(-(stranger.pid as number), 'SIGKILL');
    await eventually(() => driver.start({ ...spec, generation: 2 }), {
      ...waiting,
      what: 'the lock to be free',
    });
  });

  it('gives the worker an environment of its own', async () => {
    const { pid } = await driverFor('steady').start(specFor());
    const names = readEnvironmentOf(pid as number).flatMap((line) => line.split('=', 1)[0] || []);
    expect(names.sort()).toEqual(['HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ', 'WORKER_SETTINGS_FILE']);
  });
});

describe('inspect', () => {
  it('does not take a later process of the same pid for the worker', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    await driver.start(spec);
    await driver.stop(spec.tenantId, 5_000);
    const path = join(tenantsDir, spec.tenantId, 'run/worker.pid.json');
    const record = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...record, pid: process.pid, exit: null }));
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'stopped' });
  });

  it('knows how a worker ended at the very moment when it is seen dead', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    const { pid } = await driver.start(spec);
    process.kill(pid as number, 'SIGKILL');
    // Without waiting, so that the news of its end can't have been read yet.
    while (readStat(pid as number)?.isAlive === true);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ exit: { code: null, signal: 'SIGKILL' } });
  });

  it('is unknown, not gone, where the record can not be read', async () => {
    const spec = specFor();
    const driver = driverFor('steady');
    await driver.start(spec);
    await driver.stop(spec.tenantId, 5_000);
    const path = join(tenantsDir, spec.tenantId, 'run/worker.pid.json');
    rmSync(path);
    mkdirSync(path);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'unknown' });
    await expect(driver.start({ ...spec, generation: 2 })).rejects.toMatchObject({
      reason: 'permission_denied',
    });
    rmSync(path, { recursive: true });
  });
});

(isRoot ? describe : describe.skip)('started by root', () => {
  it('each tenant has a user of its own, who can read its own settings and not those of others', async () => {
    const driver = driverFor('steady');
    const [mine, other] = [specFor(), specFor()];
    const { pid } = await driver.start(mine);
    await driver.start(other);
    expect(statSync(`/proc/${pid}`).uid).toBe(mine.osUid);
    const settings = (tenantId: TenantId) => join(tenantsDir, tenantId, 'run/worker.json');
    expect(await readAs(mine.osUid as number, settings(mine.tenantId))).toBe(0);
    expect(await readAs(mine.osUid as number, settings(other.tenantId))).not.toBe(0);
    expect(await runAs(mine.osUid as number, ['/bin/ls', join(tenantsDir, other.tenantId)])).not.toBe(0);
  });

  it('a worker that was taken over can not put a link in place of what root writes', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    await driver.start(spec);
    await driver.stop(spec.tenantId, 5_000);
    const root = join(tenantsDir, spec.tenantId);
    const target = join(folder.path, 'precious');
    writeFileSync(target, 'precious');
    const attack = `
      const fs = require('node:fs');
      const attempts = [
        () => fs.renameSync('${root}/run', '${root}/run2'),
        () => fs.rmSync('${root}/run/worker.json'),
        () => fs.symlinkSync('${target}', '${root}/run/worker.json.next'),
        () => fs.renameSync('${root}/logs', '${root}/logs2'),
      ];
      for (const attempt of attempts) try { attempt(); process.exit(1); } catch {}
      fs.rmSync('${root}/logs/worker.out.log', { force: true });
      fs.symlinkSync('${target}', '${root}/logs/worker.out.log');
    `;
    expect(await runAs(spec.osUid as number, [node, '-e', attack])).toBe(0);
    await driver.start({ ...spec, generation: 2 });
    await driver.stop(spec.tenantId, 5_000);
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it.each(['profile', 'home', 'tmp'])(
    'a worker that was taken over can not make root give it a folder by a link in place of its %s',
    async (name) => {
      const driver = driverFor('steady');
      const spec = specFor();
      await driver.start(spec);
      await driver.stop(spec.tenantId, 5_000);
      const precious = join(folder.path, `precious-${name}`);
      mkdirSync(precious, { mode: 0o755 });
      writeFileSync(join(precious, 'keys'), 'x');
      const path = join(tenantsDir, spec.tenantId, name);
      const attack = `
        const fs = require('node:fs');
        fs.rmSync('${path}', { recursive: true });
        fs.symlinkSync('${precious}', '${path}');
      `;
      expect(await runAs(spec.osUid as number, [node, '-e', attack])).toBe(0);
      const starting = driver.start({ ...spec, generation: 2 });
      // The temp folder is cleared at each start, the link in its place with it.
      if (name === 'tmp') await starting;
      else
        await expect(starting).rejects.toMatchObject({
          reason: 'permission_denied',
          message: expect.stringContaining(path),
        });
      await driver.kill(spec.tenantId);
      expect(statSync(precious)).toMatchObject({ uid: 0, gid: 0 });
      await driver.remove(spec.tenantId);
      expect(existsSync(join(precious, 'keys'))).toBe(true);
    },
  );

  it('a process of one tenant can not pass for that of another', async () => {
    const driver = driverFor('steady');
    const [victim, attacker] = [specFor(), specFor()];
    await driver.start(victim);
    await hasBrowser(victim.tenantId);
    const uid = attacker.osUid as number;
    const env = { HOME: join(tenantsDir, victim.tenantId, 'home') };
    const forged = spawn('/bin/sleep', ['60'], { uid, gid: uid, stdio: 'ignore', cwd: '/', env });
    strangers.push(forged);
    await eventually(() => readArguments(forged.pid as number)[0] === '/bin/sleep', {
      ...waiting,
      what: 'it',
    });
    expect(processesOf(victim.tenantId)).not.toContain(forged.pid);
    await driver.stop(victim.tenantId, 5_000);
    expect(forged.exitCode ?? forged.signalCode).toBeNull();
  });

  it('a folder in the way is named', async () => {
    const closed = join(folder.path, 'closed');
    await copyPrograms(closed);
    chmodSync(closed, 0o700);
    const driver = driverFor('steady', { bundle: join(closed, 'steady-worker.cjs') });
    await expect(driver.start(specFor())).rejects.toMatchObject({
      reason: 'permission_denied',
      message: expect.stringContaining(closed),
    });
  });
});

/** Exit code of a program that is run as another user. */
async function runAs(uid: number, [command = '', ...args]: string[]): Promise<number | null> {
  const child = spawn(command, args, { uid, gid: uid, stdio: 'ignore', cwd: '/' });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
}

const readAs = (uid: number, path: string) => runAs(uid, ['/bin/cat', path]);
