import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ControlPlane,
  eventually,
  freePort,
  type Stack,
  startStack,
  startTestObjectStore,
  tempDir,
} from '@wafleet/testing';
import { accessOf, type Command, createCommand } from './command';

const tenantId = `ten_${'0'.repeat(26)}`;
const isRoot = process.getuid?.() === 0;

interface Found {
  check: string;
  level: string;
  about: string | null;
  says: string;
  mend: string | null;
}

/** With `--json`; how it ends depends on the machine, and is what the findings say. */
async function examine(cli: Command, ...words: string[]) {
  const { stdout, exitCode, stderr } = await cli.run(['doctor', '--json', ...words]);
  expect(stderr).toBe('');
  const data = JSON.parse(stdout) as { worst: string; findings: Found[]; fixed: string[]; bundle: any };
  expect(exitCode).toBe({ well: 0, note: 0, warning: 9, broken: 1 }[data.worst]);
  return data;
}

const of = (findings: readonly Found[], check: string) => findings.filter((one) => one.check === check);

describe('wafleet doctor, with everything down', () => {
  let dir: Awaited<ReturnType<typeof tempDir>>;
  let dataDir: string;
  let tenantDir: string;

  beforeAll(async () => {
    dir = await tempDir();
    dataDir = join(dir.path, 'data');
    tenantDir = join(dataDir, 'tenants', tenantId);
    mkdirSync(join(tenantDir, 'profile/session/Default'), { recursive: true });
    writeFileSync(
      join(dataDir, 'access.json'),
      accessOf({ adminKey: 'a', portalKey: 'b' }, 'http://127.0.0.1:1'),
    );
  });
  afterAll(() => dir?.remove());

  const command = async (env: Record<string, string> = {}) => {
    const [PORT, LINK_PORT, POSTGRES_PORT] = [await freePort(), await freePort(), await freePort()].map(
      String,
    );
    return createCommand({
      DATA_DIR: dataDir,
      PORT: PORT as string,
      LINK_PORT: LINK_PORT as string,
      POSTGRES_PORT: POSTGRES_PORT as string,
      ...env,
    });
  };

  it('says whether the store of snapshots takes something and gives it back, a folder or a bucket', async () => {
    const found = async (env: Record<string, string>) =>
      of((await examine(await command(env))).findings, 'snapshots');
    expect(await found({})).toMatchObject([
      { level: 'note', says: expect.stringContaining('no snapshot yet') },
    ]);
    const file = join(dir.path, 'a-file');
    writeFileSync(file, 'not a folder');
    expect(await found({ SNAPSHOTS_DIR: file })).toMatchObject([
      { level: 'broken', about: file, says: expect.stringContaining('Tenants run on') },
    ]);
    const objects = await startTestObjectStore();
    const env = { SNAPSHOTS_S3_URL: objects.url, SNAPSHOTS_S3_KEY_ID: objects.keyId };
    try {
      expect(await found({ ...env, SNAPSHOTS_S3_SECRET: objects.secret })).toMatchObject([{ level: 'well' }]);
      expect(await found({ ...env, SNAPSHOTS_S3_SECRET: 'another' })).toMatchObject([
        { level: 'broken', says: expect.stringContaining('SignatureDoesNotMatch') },
      ]);
      expect(await found(env)).toMatchObject([
        { level: 'broken', says: expect.stringContaining('not named whole') },
      ]);
      await objects.away();
      expect(await found({ ...env, SNAPSHOTS_S3_SECRET: objects.secret })).toMatchObject([
        {
          level: 'broken',
          says: expect.stringContaining('ECONNREFUSED'),
          mend: expect.stringContaining('server is up'),
        },
      ]);
    } finally {
      await objects.stop();
    }
  }, 300_000);

  it('starts the browser, looks at the machine, and names what is down with the command that helps', async () => {
    const { findings } = await examine(await command());
    expect(of(findings, 'browser').at(-1)?.level).toBe('well');
    for (const check of ['memory', 'disk', 'file descriptors', 'processes', 'programs'])
      expect(of(findings, check).length).toBeGreaterThan(0);
    expect(of(findings, 'ports').map(({ level }) => level)).toEqual(['well', 'well', 'well']);
    expect(of(findings, 'control plane')).toEqual([
      expect.objectContaining({ level: 'broken', mend: expect.stringContaining('npm start') }),
    ]);
    for (const { level, mend } of findings)
      if (level === 'broken' || level === 'warning') expect(mend).toEqual(expect.any(String));
  }, 180_000);

  it('names database, queue, browser and ports that do not work', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const { port } = taken.address() as { port: number };
    try {
      const cli = await command({
        DATABASE_URL: `postgresql://wafleet:planted-password@127.0.0.1:${await freePort()}/wafleet`,
        REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
        BROWSER_PATH: '/no/such/browser',
        PORT: String(port),
      });
      const { findings, worst } = await examine(cli);
      expect(worst).toBe('broken');
      expect(of(findings, 'database')[0]).toMatchObject({
        level: 'broken',
        says: expect.stringContaining('ECONNREFUSED'),
      });
      expect(of(findings, 'queue')[0]).toMatchObject({
        level: 'broken',
        mend: expect.stringContaining('REDIS_URL'),
      });
      expect(of(findings, 'browser')[0]).toMatchObject({
        level: 'broken',
        mend: expect.stringContaining('BROWSER_PATH'),
      });
      const held = of(findings, 'ports').find(({ about }) => about === 'PORT');
      expect(held).toMatchObject({
        level: 'broken',
        says: expect.stringContaining(`process ${process.pid} `),
      });
      expect(JSON.stringify(findings)).not.toContain('planted-password');
    } finally {
      taken.close();
    }
  }, 180_000);

  it('asks the engine where workers are containers, instead of a browser of this machine', async () => {
    const { findings } = await examine(
      await command({ WORKER_DRIVER: 'docker', DOCKER_HOST: 'unix:///no/such/engine.sock' }),
    );
    expect(of(findings, 'engine')).toEqual([
      expect.objectContaining({ level: 'broken', mend: expect.stringContaining('DOCKER_HOST') }),
    ]);
    expect(of(findings, 'browser')).toEqual([expect.objectContaining({ level: 'note' })]);
  }, 120_000);

  it('mends what is safe, says what it did, and finds it mended', async () => {
    const secret = join(dataDir, 'access.json');
    execFileSync('chmod', ['644', secret]);
    // It looks like a browser of the tenant, whose worker is gone.
    const left = spawn(process.execPath, [
      '-e',
      'setInterval(() => {}, 1000)',
      '--',
      `--user-data-dir=${tenantDir}/profile/session`,
    ]);
    await once(left, 'spawn');
    const ended = once(left, 'exit');
    await eventually(() => readFileSync(`/proc/${left.pid}/cmdline`, 'utf8').includes('--user-data-dir='), {
      timeoutMs: 60_000,
      what: 'the process that looks like a browser',
    });
    try {
      const cli = await command();
      const before = await examine(cli);
      expect(of(before.findings, 'data folder')).toEqual([
        expect.objectContaining({ level: 'broken', mend: `chmod 600 ${secret}` }),
      ]);
      expect(of(before.findings, 'orphans')[0]).toMatchObject({ level: 'broken', about: tenantId });
      expect(statSync(secret).mode & 0o777).toBe(0o644);

      const after = await examine(cli, '--fix');
      expect(after.fixed).toEqual([`chmod 600 ${secret}`, `kill -9 ${left.pid}`]);
      expect(of(after.findings, 'data folder')[0]?.level).toBe('well');
      expect(of(after.findings, 'orphans')[0]?.level).toBe('well');
      expect(statSync(secret).mode & 0o777).toBe(0o600);
      expect((await ended)[1]).toBe('SIGKILL');
    } finally {
      left.kill('SIGKILL');
    }
  }, 240_000);

  (isRoot ? it : it.skip)(
    'gives files of a profile back to its owner',
    async () => {
      const file = join(tenantDir, 'profile/session/Default/Cookies');
      writeFileSync(file, 'x');
      chownSync(file, 4711, 4711);
      const cli = await command();
      const { findings } = await examine(cli);
      expect(of(findings, 'profiles')[0]).toMatchObject({
        level: 'broken',
        about: tenantId,
        says: expect.stringContaining(file),
      });
      const after = await examine(cli, '--fix');
      expect(after.fixed).toEqual([`chown -Rh 0:0 ${join(tenantDir, 'profile')}`]);
      expect(statSync(file).uid).toBe(0);
    },
    180_000,
  );
});

describe('wafleet doctor, on a stack that runs', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let dir: Awaited<ReturnType<typeof tempDir>>;

  beforeAll(async () => {
    dir = await tempDir();
    stack = await startStack();
    controlPlane = await stack.startControlPlane();
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    await dir?.remove();
  }, 120_000);

  it('finds it well, and writes an archive without any secret, number or message', async () => {
    const planted = {
      adminKey: stack.adminKey,
      portalKey: stack.portalKey,
      databasePassword: new URL(stack.databaseUrl).password,
      masterKey: readFileSync(join(stack.dataDir, 'master.key'), 'utf8').trim(),
      smtp: 'planted-smtp-password',
      signing: 'whsec_cGxhbnRlZC1zaWduaW5nLXNlY3JldC0xMjM0',
      password: 'planted-postgres-password',
      tenantKey: 'wft_planted0key0of0a0tenant',
      number: '15550100201',
      spoken: '+1 555 010 0202',
      message: 'The rye bread is for Ada',
      person: 'Ada Planted',
      address: 'ada.planted@example.com',
      proxy: 'planted-proxy-password',
      qr: '2@plantedQrCodeThatLinksADevice,abc',
    };
    const access = JSON.parse(accessOf(stack, controlPlane.url)) as object;
    writeFileSync(
      join(stack.dataDir, 'access.json'),
      JSON.stringify({ ...access, standinUrl: stack.standin.controlUrl }),
      { mode: 0o600 },
    );
    writeFileSync(join(stack.dataDir, 'postgres-password'), planted.password, { mode: 0o600 });
    const line = {
      level: 'warn',
      msg: 'a line that stays',
      body: planted.message,
      senderName: planted.person,
      qr: planted.qr,
      err: {
        message: `${planted.number}@c.us wrote; proxy http://u:${planted.proxy}@203.0.113.7:1; ${planted.adminKey}`,
      },
    };
    const text = [
      JSON.stringify(line),
      `call ${planted.spoken} or ${planted.address}, ${planted.masterKey} ${planted.password} ${planted.tenantKey}`,
      stack.databaseUrl,
    ].join('\n');
    const { id } = await controlPlane.admin.post('/admin/tenants', {
      name: planted.person,
      start: false,
      phoneNumber: planted.number,
    });
    const logs = [
      join(stack.dataDir, 'logs/control-plane.log'),
      join(stack.tenantsDir, id, 'logs/worker.log'),
    ];
    for (const path of logs) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, `${text}\n`);
    }

    const cli = createCommand({
      DATA_DIR: stack.dataDir,
      TENANTS_DIR: stack.tenantsDir,
      DATABASE_URL: stack.databaseUrl,
      PORT: new URL(controlPlane.url).port,
      LINK_PORT: String(await freePort()),
      SMTP_URL: `smtp://user:${planted.smtp}@mail.example.com`,
      ALERT_WEBHOOK_SECRET: planted.signing,
    });
    const { findings, bundle } = await examine(cli, '--bundle', join(dir.path, 'report.tar.gz'));
    expect(of(findings, 'control plane')[0]).toMatchObject({
      level: 'well',
      says: 'The control plane is ready',
    });
    expect(of(findings, 'database').map(({ level }) => level)).not.toContain('broken');
    expect(of(findings, 'profiles')).toEqual([expect.objectContaining({ level: 'well' })]);

    expect(statSync(bundle.path).mode & 0o777).toBe(0o600);
    const unpacked = join(dir.path, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-xzf', bundle.path, '-C', unpacked]);
    const names = bundle.files.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'doctor.json',
        'machine.json',
        'logs/control-plane.log',
        `tenants/${id}/worker.log`,
        'tenants.jsonl',
      ]),
    );
    const all = names.map((name: string) => readFileSync(join(unpacked, name), 'utf8')).join('\n');
    expect(all.match(/a line that stays/g)).toHaveLength(2);
    expect(all).toContain(id);
    for (const [what, secret] of Object.entries(planted))
      expect({ what, isIn: all.includes(secret) }).toEqual({ what, isIn: false });
    expect(existsSync(bundle.path)).toBe(true);
  }, 240_000);
});
