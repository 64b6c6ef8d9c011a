import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** The advisory lock that `prisma migrate` takes too. */
const migrationLock = 72707369;
/** Long enough for another process that is migrating. */
const lockTimeoutMs = 120_000;

/** A migration could not be applied, or an earlier run left it half-done. */
export class MigrationError extends Error {
  constructor(
    readonly migration: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`Migration ${migration} ${problem}`, options);
    this.name = 'MigrationError';
  }
}

/**
 * Applies what is missing of `<migrationsDir>/<name>/migration.sql`, in the order of names, and returns the names
 * applied. Creates the database when it doesn't exist. Book-keeping is that of `prisma migrate deploy`, so that either
 * can follow the other; several processes may call it at once. Repeats do nothing.
 * @throws MigrationError that names the migration; what it changed is rolled back, and later ones are not tried
 */
export async function migrate(databaseUrl: string, migrationsDir: string): Promise<{ applied: string[] }> {
  await ensureDatabase(databaseUrl);
  return withClient(databaseUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query(bookkeepingTable);
    const known = await client.query<Row>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const applied: string[] = [];
    for (const { name, sql, checksum } of await readMigrations(migrationsDir)) {
      const row = known.rows.find((candidate) => candidate.migration_name === name);
      if (row === undefined) {
        await apply(client, { name, sql, checksum });
        applied.push(name);
      } else if (row.finished_at === null) {
        throw new MigrationError(name, 'failed earlier; see `prisma migrate resolve`.');
      } else if (row.checksum !== checksum) {
        throw new MigrationError(name, 'was changed after it was applied.');
      }
    }
    return { applied };
  });
}

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

export const bookkeepingTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/** In the order in which they are applied. */
export async function migrationNames(migrationsDir: string): Promise<string[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** In the order in which they are applied, with what they say. */
export async function readMigrations(migrationsDir: string): Promise<Migration[]> {
  const names = await migrationNames(migrationsDir);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** The migration and its row in one transaction: a failure leaves nothing behind. */
async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new MigrationError(migration.name, `failed: ${detail}`, { cause });
  }
}

/** Makes the database where the server has none of its name. */
export async function ensureDatabase(databaseUrl: string): Promise<void> {
  try {
    await withClient(databaseUrl, async () => undefined);
  } catch (error) {
    if (postgresCode(error) !== databaseMissing) throw error;
    await createDatabase(databaseUrl);
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  await withClient(server.href, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } catch (error) {
      if (!createdMeanwhile.includes(postgresCode(error))) throw error;
    }
  });
}

const databaseMissing = '3D000';
/** Another process was faster: duplicate_database, or unique_violation in the catalog when both ran at once. */
const createdMeanwhile = ['42P04', '23505'];

function postgresCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The advisory lock ends with the connection. A lost connection fails the query under way, and so the call. */
async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    lock_timeout: lockTimeoutMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
