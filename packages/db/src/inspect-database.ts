import { Client } from 'pg';
import { migrationNames } from './migrate';

/** How a database is, as a person who looks for trouble wants to know it. */
export interface DatabaseInspection {
  /** Major version of the server. */
  version: number;
  /** Migrations that are here and not applied. */
  missing: string[];
  /** Begun and never finished. */
  unfinished: string[];
  /** Applied by a release that knows more than this one. */
  unknown: string[];
  /** Why a write is refused, as the server's code; null where it is not. */
  refusesWrites: string | null;
  connections: { used: number; most: number };
}

export interface TenantFacts {
  isWanted: boolean;
  /** A login lies in its profile. */
  hasLogin: boolean;
}

const answerTimeoutMs = 5_000;

/**
 * Looks, and changes nothing.
 * @throws Error of the driver where the database can't be reached; its `code` says why
 */
export async function inspectDatabase(url: string, migrationsDir: string): Promise<DatabaseInspection> {
  const here = await migrationNames(migrationsDir).catch((): string[] => []);
  return withClient(url, async (client) => {
    const { rows: settings } = await client.query<{ version: string; most: string; used: string }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('max_connections') AS most,
              (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`,
    );
    const { version = '0', most = '0', used = '0' } = settings[0] ?? {};
    const applied = await readMigrations(client);
    const names = applied.map(({ migration_name: name }) => name);
    return {
      version: Math.floor(Number(version) / 10_000),
      missing: here.filter((name) => !names.includes(name)),
      unfinished: applied.flatMap((one) => (one.finished_at === null ? [one.migration_name] : [])),
      unknown: here.length === 0 ? [] : names.filter((name) => !here.includes(name)),
      refusesWrites: await tryWrite(client),
      connections: { used: Number(used), most: Number(most) },
    };
  });
}

/** Of every tenant that is not being erased. @throws as inspectDatabase() does, and where it was never migrated */
export async function readTenantFacts(url: string): Promise<Map<string, TenantFacts>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ id: string; is_wanted: boolean; has_login: boolean }>(
      `SELECT t.id, t.desired_state = 'RUNNING' AS is_wanted, s.account_id IS NOT NULL AS has_login
         FROM tenants t LEFT JOIN whatsapp_sessions s ON s.tenant_id = t.id
        WHERE t.desired_state <> 'ERASED'`,
    );
    return new Map(rows.map((row) => [row.id, { isWanted: row.is_wanted, hasLogin: row.has_login }]));
  });
}

async function readMigrations(
  client: Client,
): Promise<{ migration_name: string; finished_at: Date | null }[]> {
  const { rows } = await client.query<{ known: string | null }>(
    `SELECT to_regclass('_prisma_migrations') AS known`,
  );
  if (rows[0]?.known === null) return [];
  const applied = await client.query<{ migration_name: string; finished_at: Date | null }>(
    'SELECT migration_name, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return applied.rows;
}

/** In a transaction that is taken back. */
async function tryWrite(client: Client): Promise<string | null> {
  try {
    await client.query('BEGIN');
    await client.query('CREATE TEMPORARY TABLE wafleet_write_check (id int) ON COMMIT DROP');
    await client.query('INSERT INTO wafleet_write_check VALUES (1)');
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown';
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
    lock_timeout: answerTimeoutMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
