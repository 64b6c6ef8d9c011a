import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { controlPlaneLock } from '../control-plane-lock';
import { bookkeepingTable, ensureDatabase, migrate, readMigrations } from '../migrate';
import { BackupError, NotNowError } from './backup-error';
import { type Frame, readBackupFile } from './backup-file';
import { copied, dropEverything, firstTableWithRows, referencesOf } from './catalogue';
import type { Manifest } from './manifest';

export interface RestoreOptions {
  url: string;
  file: string;
  /** As readManifest() gave it: the file was read through, and is whole. */
  manifest: Manifest;
  migrationsDir: string;
  /** What is in the database goes. */
  replace: boolean;
  onTable?: (name: string) => void;
}

/**
 * Puts a backup in place of the database: all of it or, whatever fails, nothing. Tables are made by the migrations that the
 * backup names, then filled; migrations that are newer come after. No control plane may be active, and none can become so
 * meanwhile.
 * @throws BackupError in words; an error of the driver where the database can't be reached
 */
export async function restoreDatabase(options: RestoreOptions): Promise<{ migrated: string[] }> {
  const { url, manifest, migrationsDir } = options;
  const migrations = await readMigrations(migrationsDir);
  for (const { name, checksum } of manifest.migrations) {
    const known = migrations.find((one) => one.name === name);
    if (known?.checksum === checksum) continue;
    throw new BackupError(
      `The backup was taken with Wafleet ${manifest.wafleet}, which ${known ? 'has another' : 'knows a'} migration ${name}.`,
      'Restore it with that release or a newer one; nothing was changed.',
    );
  }
  await ensureDatabase(url);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, lock_timeout: 30_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await requireQuiet(client);
    await client.query('BEGIN');
    await requireRoom(client, options.replace);
    await dropEverything(client);
    const names = new Set(manifest.migrations.map(({ name }) => name));
    for (const { name, sql } of migrations) if (names.has(name)) await client.query(sql);
    await client.query(bookkeepingTable);
    await fill(client, options);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
  return { migrated: (await migrate(url, migrationsDir)).applied };
}

/** The lock of the active control plane, which ends with the connection. */
async function requireQuiet(client: Client): Promise<void> {
  const { rows } = await client.query<{ isHeld: boolean }>(
    'SELECT pg_try_advisory_lock($1, $2) AS "isHeld"',
    [...controlPlaneLock],
  );
  if (rows[0]?.isHeld) return;
  throw new NotNowError(
    'A control plane is active on this database; nothing was changed.',
    'Stop it and its workers (STOP_WORKERS_ON_EXIT=1), then repeat.',
  );
}

async function requireRoom(client: Client, replace: boolean): Promise<void> {
  const table = replace ? null : await firstTableWithRows(client);
  if (table === null) return;
  throw new NotNowError(
    `The database is not empty: ${table} has rows. Nothing was changed.`,
    'Name an empty one in DATABASE_URL, or give up what is in this one with --replace.',
  );
}

async function fill(client: Client, { file, manifest, onTable }: RestoreOptions): Promise<void> {
  const references = await referencesOf(client);
  for (const statement of references.drop) await client.query(statement);
  const frames = readBackupFile(file);
  let frame = await next(frames);
  while (frame?.kind === 'T') {
    const name = frame.table;
    const table = manifest.tables.find((one) => one.name === name);
    if (table === undefined) throw changed();
    onTable?.(name);
    // Migrations may have put rows of their own into it.
    await client.query(`DELETE FROM public.${client.escapeIdentifier(name)}`);
    const into = client.query(copyFrom(`COPY ${copied(client, table)} FROM STDIN`));
    await pipeline(Readable.from(bytesOfTable()), into);
    if (into.rowCount !== table.rows) throw changed();
  }
  // To its end, which is where it says whether it is what was written.
  while (frame !== null) frame = await next(frames);
  for (const statement of references.add) await client.query(statement);
  for (const { name, last } of manifest.sequences)
    if (last !== null)
      await client.query('SELECT setval($1::regclass, $2::bigint)', [
        `public.${client.escapeIdentifier(name)}`,
        last,
      ]);

  async function* bytesOfTable(): AsyncGenerator<Buffer> {
    for (frame = await next(frames); frame?.kind === 'D'; frame = await next(frames)) yield frame.bytes;
  }
}

async function next(frames: AsyncGenerator<Frame>): Promise<Frame | null> {
  const step = await frames.next();
  return step.done === true ? null : step.value;
}

const changed = () => new BackupError('The file was changed while it was read; the database is as it was.');
