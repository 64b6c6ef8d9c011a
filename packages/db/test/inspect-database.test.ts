import { describe, expect, it } from '@jest/globals';
import { createEmptyTestDatabase, createTestDatabase, migrationsDir } from '@wafleet/testing';
import { Client } from 'pg';
import { inspectDatabase, readTenantFacts } from '../src/inspect-database';

describe('inspectDatabase', () => {
  it('finds a migrated database well, and leaves nothing in it', async () => {
    const database = await createTestDatabase();
    try {
      const found = await inspectDatabase(database.url, migrationsDir);
      expect(found).toMatchObject({ missing: [], unfinished: [], unknown: [], refusesWrites: null });
      expect(found.version).toBeGreaterThanOrEqual(14);
      expect(found.connections.most).toBeGreaterThan(0);
      expect(await readTenantFacts(database.url)).toEqual(new Map());
    } finally {
      await database.drop();
    }
  });

  it('tells of migrations that are missing, cut short, or of a newer release', async () => {
    const empty = await createEmptyTestDatabase();
    const database = await createTestDatabase();
    try {
      expect((await inspectDatabase(empty.url, migrationsDir)).missing.length).toBeGreaterThan(0);
      await run(
        database.url,
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
         VALUES ('1', 'x', '29990101000000_later', now()), ('2', 'x', '29990101000001_cut', NULL)`,
      );
      expect(await inspectDatabase(database.url, migrationsDir)).toMatchObject({
        missing: [],
        unknown: ['29990101000000_later', '29990101000001_cut'],
        unfinished: ['29990101000001_cut'],
      });
    } finally {
      await empty.drop();
      await database.drop();
    }
  });

  it('tells why nothing can be written', async () => {
    const database = await createTestDatabase();
    try {
      await run(
        database.url,
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
      );
      // 25006: read_only_sql_transaction
      expect((await inspectDatabase(database.url, migrationsDir)).refusesWrites).toBe('25006');
    } finally {
      await database.drop();
    }
  });
});

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
