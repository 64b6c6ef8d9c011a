import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { workerNodeFlags, workerSettingsSchema, type TenantId } from '@wafleet/contracts';
import { eventually, tempDir, type TempDir } from '@wafleet/testing';
import { createProcessDriver } from '../src/drivers/process/process-driver';
import { readArguments, readStat } from '../src/drivers/process/proc';
import { findTenantProcesses } from '../src/drivers/process/process-tree';
import { DriverError, type WorkerDriver } from '../src/drivers/worker-driver';
import { createNewId } from '../src/new-id';
import { copyPrograms, patienceMs, reachableNode, readKnowledgeOf, type WorkerProgram } from './fleet';

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

function driverFor(program: WorkerProgram, overrides: { bundle?: string; node?: string } = {}): WorkerDriver {
  const browser = { executablePath: '/nonexistent', headless: 'shell', sandbox: true };
  const base = {
    tenantId: '',
    generation: 1,
    token: '',
    linkUrl: 'ws://127.0.0.1:9',
    tenantDir: '',
    browser,
  };
  return createProcessDriver({
    tenantsDir,
    node,
    nodeFlags: workerNodeFlags,
    bundle: join(programs, `${program}-worker.cjs`),
    settings: workerSettingsSchema.parse(base),
    linkUrl: () => 'ws://127.0.0.1:9/worker-link',
    now: () => new Date(),
    ...overrides,
  });
}

function specFor(generation = 1, tenantId = newId('ten') as TenantId) {
  tenants.push(tenantId);
  const osUid = isRoot ? nextUid++ : null;
  const given = { takeOver: false, hasLogin: false, proxyUrl: null };
  return { tenantId, generation, token: `token-of-${tenantId}`, osUid, ...given };
}

const processesOf = (tenantId: TenantId) => findTenantProcesses(tenantsDir, tenantId);
const hasBrowser = (tenantId: TenantId) =>
  eventually(() => processesOf(tenantId).length === 2, { ...waiting, what: 'worker and browser' });

describe('start', () => {
  it('of a generation that runs gives the same worker', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    const first = await driver.start(spec);
    expect(await driver.start(spec)).toEqual(first);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({
      state: 'running',
      generation: 1,
      handle: first,
    });
  });

  it('of another generation is refused while one runs', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    await driver.start(spec);
    await expect(driver.start({ ...spec, generation: 2 })).rejects.toThrow(DriverError);
  });

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

  it('of a program that is not there names its reason', async () => {
    const driver = driverFor('steady', { node: '/nonexistent/node' });
    await expect(driver.start(specFor())).rejects.toMatchObject({ reason: 'image_missing' });
  });

  it('gives the worker nothing of our environment and no key but its own', async () => {
    process.env.DATABASE_URL = 'postgresql://planted';
    process.env.ADMIN_KEY = 'planted-key';
    const spec = specFor();
    const { pid } = await driverFor('steady').start(spec);
    await hasBrowser(spec.tenantId);
    delete process.env.DATABASE_URL;
    delete process.env.ADMIN_KEY;
    const known = await readKnowledgeOf(pid as number);
    expect(known).not.toContain('planted');
    expect(known).toContain(spec.token);
    const names = known.split('\n').filter((line) => /^[A-Z_]+=/.test(line));
    expect(names.map((line) => line.split('=', 1)[0]).sort()).toEqual([
      'HOME',
      'LANG',
      'PATH',
      'TMPDIR',
      'TZ',
      'WORKER_SETTINGS_FILE',
    ]);
  });
});

describe('stop and kill', () => {
  it.each(['steady', 'stubborn', 'mute'] as const)('leave no process of a %s worker', async (program) => {
    const driver = driverFor(program);
    const spec = specFor();
    await driver.start(spec);
    if (program !== 'mute') await hasBrowser(spec.tenantId);
    await driver.stop(spec.tenantId, 500);
    expect(processesOf(spec.tenantId)).toEqual([]);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({ state: 'stopped', generation: 1 });
  });

  it('are idempotent, also for a tenant that never ran', async () => {
    const driver = driverFor('steady');
    const { tenantId } = specFor();
    for (let repeat = 0; repeat < 2; repeat++) {
      await driver.stop(tenantId, 500);
      await driver.kill(tenantId);
    }
    expect(await driver.inspect(tenantId)).toEqual({ state: 'gone' });
  });

  it('touch no process of another tenant', async () => {
    const driver = driverFor('steady');
    const [mine, other] = [specFor(), specFor()];
    await driver.start(mine);
    await driver.start(other);
    await hasBrowser(other.tenantId);
    await driver.kill(mine.tenantId);
    expect(processesOf(other.tenantId)).toHaveLength(2);
  });
});

describe('inspect', () => {
  it('finds a running worker again from another process', async () => {
    const spec = specFor();
    const handle = await driverFor('steady').start(spec);
    expect(await driverFor('steady').inspect(spec.tenantId)).toEqual({
      state: 'running',
      generation: 1,
      handle,
    });
    expect(await driverFor('steady').list()).toContain(spec.tenantId);
  });

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

  it('says how a worker ended that we saw end', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    const ended = new Promise<TenantId>((resolve) => driver.onEnd(resolve));
    const { pid } = await driver.start(spec);
    process.kill(pid as number, 'SIGKILL');
    expect(await ended).toBe(spec.tenantId);
    expect(await driver.inspect(spec.tenantId)).toMatchObject({
      state: 'stopped',
      exit: { code: null, signal: 'SIGKILL' },
    });
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

describe('the tenant folder', () => {
  it('keeps a used profile in the trash, and is gone after remove', async () => {
    const driver = driverFor('steady');
    const spec = specFor();
    await driver.start(spec);
    await driver.stop(spec.tenantId, 5_000);
    const root = join(tenantsDir, spec.tenantId);
    writeFileSync(join(root, 'profile/keys'), 'x');
    for (let repeat = 0; repeat < 2; repeat++) await driver.setProfileAside(spec.tenantId);
    expect(readdirSync(join(root, 'trash'))).toHaveLength(1);
    for (let repeat = 0; repeat < 2; repeat++) await driver.remove(spec.tenantId);
    expect(existsSync(root)).toBe(false);
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
