import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { BackupError } from './backup-error';
import { type Frame, readManifest, writeBackupFile } from './backup-file';
import { bookOfMigrations, copied, sequencesOf, tablesOf } from './catalogue';
import type { Manifest, ManifestOfData } from './manifest';

export interface BackupOptions {
  url: string;
  /** Nothing may be there yet. */
  file: string;
  /** Of this Wafleet. */
  wafleet: string;
  /** Gives the master key of this id, sealed; absent: the backup holds none. */
  sealKey?: (masterKeyId: string | null) => Promise<unknown>;
  onTable?: (name: string) => void;
  signal?: AbortSignal;
}

/**
 * Writes the whole database into a file, as it is at one moment, and reads the file back. Whoever uses the database goes on.
 * @throws BackupError in words; an error of the driver where the database can't be reached
 */
export async function backupDatabase(options: BackupOptions): Promise<Manifest> {
  const client = new Client({ connectionString: options.url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const facts = await readFacts(client);
    const sealedKey = (await options.sealKey?.(facts.masterKeyId)) ?? null;
    const manifest: Manifest = { version: 1, wafleet: options.wafleet, ...facts, sealedKey };
    await writeBackupFile(options.file, framesOf(client, manifest, options.onTable), options.signal);
  } finally {
    await client.end();
  }
  return readManifest(options.file);
}

async function readFacts(client: Client): Promise<ManifestOfData> {
  const tables = await tablesOf(client);
  if (!tables.some(({ name }) => name === bookOfMigrations))
    throw new BackupError('This database is not one of Wafleet: it was never migrated.');
  const { rows: migrations } = await client.query<{ name: string; checksum: string; isDone: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isDone"
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const broken = migrations.find(({ isDone }) => !isDone);
  if (broken !== undefined)
    throw new BackupError(`A migration was cut short: ${broken.name}.`, 'wafleet doctor says what to do.');
  const { rows: keys } = tables.some(({ name }) => name === 'tenant_keys')
    ? await client.query<{ id: string }>('SELECT master_key_id AS id FROM tenant_keys LIMIT 1')
    : { rows: [] };
  return {
    takenAt: new Date().toISOString(),
    migrations: migrations.map(({ name, checksum }) => ({ name, checksum })),
    tables: tables.map((table) => ({ ...table, rows: 0 })),
    sequences: [],
    masterKeyId: keys[0]?.id ?? null,
  };
}

async function* framesOf(
  client: Client,
  manifest: Manifest,
  onTable: BackupOptions['onTable'],
): AsyncGenerator<Frame> {
  for (const table of manifest.tables) {
    onTable?.(table.name);
    yield { kind: 'T', table: table.name };
    const rows = client.query(copyTo(`COPY ${copied(client, table)} TO STDOUT`));
    for await (const bytes of rows) yield { kind: 'D', bytes: bytes as Buffer };
    table.rows = rows.rowCount;
  }
  // Sequences know no transactions. Read last, they are never behind the rows.
  manifest.sequences = await sequencesOf(client);
  yield { kind: 'M', manifest };
}
