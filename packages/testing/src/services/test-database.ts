import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@wafleet/db';
import { Client } from 'pg';
import { repository } from '../repository';

export const migrationsDir = join(repository, 'prisma/migrations');

export interface TestDatabase {
  url: string;
  /** @throws Error when a connection was left open; the database is gone all the same */
  drop(): Promise<void>;
}

/**
 * A migrated database of the caller's own, on the run's Postgres (TEST_DATABASE_URL, set by the global set-up where it
 * isn't given): a clone of a template that is migrated once.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = requiredServerUrl();
  return create(serverUrl, `TEMPLATE ${await ensureTemplate(serverUrl)}`);
}

/** No tables, no migrations. */
export async function createEmptyTestDatabase(): Promise<TestDatabase> {
  return create(requiredServerUrl(), '');
}

/** One statement, for what no API may do: to break things. */
export async function runSql(databaseUrl: string, statement: string, values: unknown[]): Promise<void> {
  await onDatabase(databaseUrl, (client) => client.query(statement, values));
}

function requiredServerUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run through jest, or name a Postgres.');
  return url;
}

async function create(serverUrl: string, from: string): Promise<TestDatabase> {
  const name = `wafleet_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} ${from}`));
  return { url: urlOf(serverUrl, name), drop: () => drop(serverUrl, name) };
}

const templateLock = 7300001;

/** Named by what the migrations say, so that a server that outlives the run never gives an outdated one. */
async function ensureTemplate(serverUrl: string): Promise<string> {
  const template = `wafleet_template_${migrationsHash()}`;
  await onServer(serverUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (known.rowCount) return;
    // Renamed when whole: a template cut short is never cloned.
    const unfinished = `${template}_new`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await migrate(urlOf(serverUrl, unfinished), migrationsDir);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  });
  return template;
}

function migrationsHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(migrationsDir).sort()) {
    if (name.endsWith('.toml')) continue;
    hash.update(name).update(readFileSync(join(migrationsDir, name, 'migration.sql')));
  }
  return hash.digest('hex').slice(0, 12);
}

async function drop(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    try {
      // Waits a few seconds for connections that are just closing.
      await client.query(`DROP DATABASE IF EXISTS ${name}`);
    } catch (cause) {
      const open = await client.query<{ what: string }>(
        `SELECT concat_ws(' ', application_name, state, left(query, 200)) AS what
         FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
        [name],
      );
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      if (open.rows.every(({ what }) => isQueueListener(what))) return;
      const connections = open.rows.map((row) => row.what).join(' | ');
      throw new Error(`Connections to the test database were left open: ${connections}`, { cause });
    }
  });
}

/** BullMQ leaves the connection on which a worker listens where that worker is closed in the moment it opens it; a process ends with it. */
function isQueueListener(what: string): boolean {
  return /^jobs idle SELECT set_config\('application_name'/.test(what);
}

function urlOf(serverUrl: string, database: string): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;
}

async function onServer(serverUrl: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  await onDatabase(urlOf(serverUrl, 'postgres'), use);
}

async function onDatabase(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url, lock_timeout: 60_000 });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
