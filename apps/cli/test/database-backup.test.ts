import { createHash, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, preparePlaces, startPostgres } from '@wafleet/local-stack';
import { createDatabase, migrate } from '@wafleet/db';
import {
  createEmptyTestDatabase,
  createTestDatabase,
  freePort,
  migrationsDir,
  runSql,
  tempDir,
  type TempDir,
  type TestDatabase,
} from '@wafleet/testing';
import { createCommand } from './command';

const passphrase = 'long enough for a night';
const masterKey = randomBytes(32).toString('base64');
const keyId = createHash('sha256').update(Buffer.from(masterKey, 'base64')).digest('hex').slice(0, 12);

/** One installation's database and key, lost and brought back on another machine; each step stands on those before. */
describe('wafleet backup --database, and restore', () => {
  let here: TempDir;
  let there: TempDir;
  let database: TestDatabase;
  let empty: TestDatabase;

  beforeAll(async () => {
    [here, there] = [await tempDir('wafleet-here-'), await tempDir('wafleet-there-')];
    [database, empty] = [await createTestDatabase(), await createEmptyTestDatabase()];
    await runSql(
      database.url,
      "INSERT INTO tenants (id, name, updated_at) VALUES ('ten_1', 'Bakery', now())",
      [],
    );
    await runSql(
      database.url,
      "INSERT INTO tenant_keys (tenant_id, wrapped_key, master_key_id) VALUES ('ten_1', '\\x01', $1)",
      [keyId],
    );
    writeFileSync(join(here.path, 'master.key'), `${masterKey}\n`, { mode: 0o600 });
  }, 120_000);
  afterAll(async () => {
    await database?.drop();
    await empty?.drop();
    await here?.remove();
    await there?.remove();
  });

  const file = () => join(here.path, 'wafleet.backup');
  const onOld = (env: Record<string, string> = {}) =>
    createCommand({
      DATA_DIR: here.path,
      DATABASE_URL: database.url,
      WAFLEET_PASSPHRASE: passphrase,
      ...env,
    });
  const onNew = (env: Record<string, string> = {}) =>
    createCommand({ DATA_DIR: there.path, DATABASE_URL: empty.url, WAFLEET_PASSPHRASE: passphrase, ...env });
  const newKey = () => join(there.path, 'master.key');

  it('writes it with the key, for its owner alone, and says what it did', async () => {
    const backup = await onOld().json(['backup', '--database', '--to', file(), '--with-keys']);
    expect(backup).toMatchObject({ file: file(), hasKeys: true, masterKeyId: keyId });
    expect(backup.rows).toBeGreaterThan(2);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    const again = await onOld().run(['backup', '--database', '--to', file()]);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is a file') });
    const weak = await onOld({ WAFLEET_PASSPHRASE: 'short' }).run(['backup', '--database', '--with-keys']);
    expect(weak).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('12 characters') });
  }, 120_000);

  it('says that a wrong passphrase opens nothing, and does nothing', async () => {
    const wrong = await onNew({ WAFLEET_PASSPHRASE: 'another one altogether' }).run([
      'restore',
      '--database',
      file(),
    ]);
    expect(wrong).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/does not open.*nothing was changed/),
    });
    expect(existsSync(newKey())).toBe(false);
  });

  it('refuses a damaged file, an absent one, and a database that is not empty; no key is left behind', async () => {
    const bytes = readFileSync(file());
    bytes[bytes.length >> 1]! ^= 1;
    const damaged = join(here.path, 'damaged.backup');
    writeFileSync(damaged, bytes);
    expect(await onNew().run(['restore', '--database', damaged])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no whole backup'),
    });
    expect(await onNew().run(['restore', '--database', join(here.path, 'none')])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
    const full = await onNew({ DATABASE_URL: database.url }).run(['restore', '--database', file()]);
    expect(full).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('--replace') });
    expect(existsSync(newKey())).toBe(false);
  });

  it('brings database and key back, and says what is left to do', async () => {
    const restored = await onNew().json(['restore', '--database', file()]);
    expect(restored).toMatchObject({ masterKey: 'restored', masterKeyId: keyId, migrated: [] });
    expect(restored.next.join(' ')).toMatch(/SNAPSHOTS_DIR/);
    expect(readFileSync(newKey(), 'utf8').trim()).toBe(masterKey);
    expect(statSync(newKey()).mode & 0o777).toBe(0o600);
  });

  it('is refused while a worker runs here, and names its tenant', async () => {
    const tenantId = `ten_${'0'.repeat(26)}`;
    const bundle = join(there.path, 'tenants', tenantId, 'worker.cjs');
    mkdirSync(dirname(bundle), { recursive: true });
    writeFileSync(bundle, 'setInterval(() => {}, 1_000); console.log("runs");');
    const worker = spawn(process.execPath, [bundle], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(worker.stdout, 'data');
      const refused = await onNew({ TENANTS_DIR: join(there.path, 'tenants') }).run([
        ...['restore', '--database', file(), '--replace', '--yes'],
      ]);
      expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(tenantId) });
      expect(refused.stderr).toContain('STOP_WORKERS_ON_EXIT=1');
    } finally {
      worker.kill('SIGKILL');
      await once(worker, 'close');
    }
  });

  it('asks before it replaces, and takes no other key for the one in the backup', async () => {
    const asked = await onNew().run(['restore', '--database', file(), '--replace']);
    expect(asked).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/in place of everything/) });
    const replaced = await onNew().json(['restore', '--database', file(), '--replace', '--yes']);
    expect(replaced).toMatchObject({ masterKey: 'in_place' });
    rmSync(newKey());
    writeFileSync(newKey(), randomBytes(32).toString('base64'));
    const other = await onNew().run(['restore', '--database', file(), '--replace', '--yes']);
    expect(other).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('another master key') });
  });

  it('wants either a tenant or the database', async () => {
    expect(await onOld().run(['backup'])).toMatchObject({ exitCode: 2 });
    expect(await onOld().run(['restore', 'Bakery', '--database', file()])).toMatchObject({ exitCode: 2 });
  });
});

/** The database that npm start brings: the command starts it, because nothing else does. */
describe('wafleet backup --database, and restore, of the embedded Postgres while Wafleet is down', () => {
  let here: TempDir;
  let there: TempDir;
  beforeAll(async () => {
    [here, there] = [await tempDir('wafleet-here-'), await tempDir('wafleet-there-')];
    // Root's Postgres runs as another user, who has to come in.
    for (const { path } of [here, there]) chmodSync(path, 0o755);
  });
  afterAll(async () => {
    await here?.remove();
    await there?.remove();
  });

  async function withPostgresOf<T>(dataDir: string, use: (url: string) => Promise<T>): Promise<T> {
    const { clusterDir, logsDir } = await preparePlaces(dataDir);
    const postgres: EmbeddedPostgres = await startPostgres({
      clusterDir,
      passwordFile: join(dataDir, 'postgres-password'),
      logFile: join(logsDir, 'postgres.log'),
      port: await freePort(),
    });
    try {
      return await use(postgres.url);
    } finally {
      await postgres.stop();
    }
  }

  it('goes from one data folder into an empty other one', async () => {
    const [dataDir, otherDir] = [join(here.path, 'data'), join(there.path, 'data')];
    await withPostgresOf(dataDir, async (url) => {
      await migrate(url, migrationsDir);
      await runSql(url, "INSERT INTO tenants (id, name, updated_at) VALUES ('ten_1', 'Bakery', now())", []);
    });
    const cli = async (DATA_DIR: string) =>
      createCommand({ DATA_DIR, POSTGRES_PORT: String(await freePort()) });
    const file = join(here.path, 'wafleet.backup');
    expect(await (await cli(dataDir)).json(['backup', '--database', '--to', file])).toMatchObject({
      hasKeys: false,
    });
    const restored = await (await cli(otherDir)).json(['restore', '--database', file]);
    expect(restored).toMatchObject({ masterKey: 'not_needed', migrated: [] });
    const names = await withPostgresOf(otherDir, async (url) => {
      const db = createDatabase({ url, maxConnections: 1 });
      const rows = await db.tenant.findMany().finally(() => db.$disconnect());
      return rows.map(({ name }) => name);
    });
    expect(names).toEqual(['Bakery']);
  }, 240_000);
});
