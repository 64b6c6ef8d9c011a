import { Client } from 'pg';

/**
 * Tables, whoever owns them, that hold one of these words in any column of any row; for tests of what must be gone.
 */
export async function findInDatabase(databaseUrl: string, words: readonly string[]): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(`
      SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`);
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const patterns = words.map((word) => `%${word}%`);
      const { rowCount } = await client.query(
        `SELECT 1 FROM ${name} AS one WHERE one::text LIKE ANY($1) LIMIT 1`,
        [patterns],
      );
      if (rowCount) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
}
