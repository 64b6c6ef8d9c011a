import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyTestDatabase, migrationsDir, tempDir, type TestDatabase } from '@wafleet/testing';
import { Client } from 'pg';
import { migrate } from '../src';

const repository = resolve(__dirname, '../../..');
const deadlineMs = 180_000;

let database: TestDatabase;
beforeEach(async () => {
  database = await createEmptyTestDatabase();
});
afterEach(() => database.drop());

describe('migrate', () => {
  it('applies every migration once, also when several processes start at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.url, migrationsDir)));
    const applied = runs.flatMap((run) => run.applied);
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied).size).toBe(applied.length);
    expect(await migrate(database.url, migrationsDir)).toEqual({ applied: [] });
  });

  it('creates the database when it is missing', async () => {
    const missing = Object.assign(new URL(database.url), {
      pathname: `${new URL(database.url).pathname}_made`,
    });
    expect((await migrate(missing.href, migrationsDir)).applied).not.toEqual([]);
    await query(database.url, `DROP DATABASE "${missing.pathname.slice(1)}"`);
  });

  it(
    'leaves a database that the stock CLI calls up to date and has nothing to add to',
    async () => {
      await migrate(database.url, migrationsDir);
      expect(await prisma('migrate', 'status')).toContain('Database schema is up to date');
      expect(await prisma('migrate', 'deploy')).toContain('No pending migrations to apply');
    },
    deadlineMs,
  );

  it(
    'finds nothing to do where the stock CLI came first',
    async () => {
      expect(await prisma('migrate', 'deploy')).toContain('have been successfully applied');
      expect(await migrate(database.url, migrationsDir)).toEqual({ applied: [] });
    },
    deadlineMs,
  );

  it('rolls a failing migration back, names it, and applies it once it is mended', async () => {
    const folder = await tempDir();
    await cp(migrationsDir, folder.path, { recursive: true });
    const broken = join(folder.path, '99990101000000_broken');
    await mkdir(broken);
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half_done (id int); SELECT nonsense;');
    await expect(migrate(database.url, folder.path)).rejects.toThrow(
      'Migration 99990101000000_broken failed',
    );
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE half_done (id int);');
    expect(await migrate(database.url, folder.path)).toEqual({ applied: ['99990101000000_broken'] });
    await writeFile(join(broken, 'migration.sql'), 'CREATE TABLE something_else (id int);');
    await expect(migrate(database.url, folder.path)).rejects.toThrow('was changed after it was applied');
    await folder.remove();
  });
});

describe('the migrations', () => {
  it(
    'add up to prisma/schema.prisma',
    async () => {
      const arguments_ = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'];
      expect(await prisma('migrate', 'diff', ...arguments_)).toContain('No difference detected');
    },
    deadlineMs,
  );

  it('show a tenant whose green has expired as RECOVERING in tenant_status_view', async () => {
    await migrate(database.url, migrationsDir);
    await query(
      database.url,
      `INSERT INTO tenants (id, name, status, status_reason, green_until, updated_at) VALUES
         ('fresh', 'Fresh', 'ACTIVE', null, now() + interval '1 minute', now()),
         ('stale', 'Stale', 'ACTIVE', null, now() - interval '1 second', now()),
         ('never', 'Never proven', 'ACTIVE', null, null, now()),
         ('parked', 'Parked', 'QR_PENDING', 'qr_expired', null, now())`,
    );
    expect(
      await query(database.url, 'SELECT id, status, reason FROM tenant_status_view ORDER BY id'),
    ).toEqual([
      { id: 'fresh', status: 'ACTIVE', reason: null },
      { id: 'never', status: 'RECOVERING', reason: 'probe_overdue' },
      { id: 'parked', status: 'QR_PENDING', reason: 'qr_expired' },
      { id: 'stale', status: 'RECOVERING', reason: 'probe_overdue' },
    ]);
  });
});

/** The unmodified CLI of the prisma package, as a person would call it. */
async function prisma(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(repository, 'node_modules/.bin/prisma'), args, {
    cwd: repository,
    env: { ...process.env, DATABASE_URL: database.url, CI: '1' },
    timeout: deadlineMs,
  });
  return stdout;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
