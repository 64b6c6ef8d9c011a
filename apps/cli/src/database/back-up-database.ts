import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { backupDatabase, type BackupManifest } from '@wafleet/db';
import { z } from 'zod';
import { Failure } from '../failure';
import { megabytes } from '../terminal/moments';
import type { Context, Shown } from '../verbs/verb';
import { askPassphrase, readMasterKey } from './master-key';
import { keyId, sealKey } from './sealed-key';
import { withDatabase } from './with-database';

const facts = {
  file: z.string(),
  takenAt: z.iso.datetime(),
  /** That wrote the backup. */
  wafleet: z.string(),
  migrations: z.number().int(),
  tables: z.number().int(),
  rows: z.number().int(),
  masterKeyId: z.string().nullable(),
};

/** What `wafleet backup --database --json` prints. */
export const databaseBackupSchema = z.object({
  ...facts,
  bytes: z.number().int(),
  /** The master key is in it, sealed with the passphrase. */
  hasKeys: z.boolean(),
});

export const backupFacts = z.object(facts);

export async function backUpDatabase(
  context: Context,
  { to, withKeys }: { to: string | undefined; withKeys: boolean },
): Promise<Shown> {
  const { config, progress, signal } = context;
  const file = resolve(to ?? join(config.dataDir, 'backups', nameFor(new Date())));
  const sealedKey = withKeys ? await sealMasterKey(context) : null;
  const wafleet = await versionOf(config.repository);
  const manifest = await withDatabase(context, { mayMake: false }, async (url) => {
    if (to === undefined) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return backupDatabase({
      url,
      file,
      wafleet,
      signal,
      sealKey: async (id) => {
        if (sealedKey !== null && id !== null && sealedKey.id !== id) throw otherKey(sealedKey.id, id);
        return sealedKey?.box ?? null;
      },
      onTable: (name) => progress(`backing up ${name}`),
    });
  });
  const { size } = await stat(file);
  const data = { ...factsOf(file, manifest), bytes: size, hasKeys: sealedKey !== null };
  const key = data.hasKeys
    ? 'The master key is in it, sealed: keep the passphrase elsewhere.'
    : `The master key${data.masterKeyId ? ` (${data.masterKeyId})` : ''} is not in it: keep ${join(config.dataDir, 'master.key')} elsewhere.`;
  return {
    data,
    text: `${file}  ${megabytes(size)}, ${data.rows} rows in ${data.tables} tables, read back and whole\nIt holds messages in clear. ${key}`,
  };
}

export function factsOf(file: string, manifest: BackupManifest): z.infer<typeof backupFacts> {
  return {
    file,
    takenAt: manifest.takenAt,
    wafleet: manifest.wafleet,
    migrations: manifest.migrations.length,
    tables: manifest.tables.length,
    rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    masterKeyId: manifest.masterKeyId,
  };
}

async function sealMasterKey(context: Context): Promise<{ id: string; box: unknown }> {
  const key = await readMasterKey(context);
  if (key === null)
    throw new Failure('failed', {
      title: `There is no master key in ${context.config.dataDir}.`,
      action: 'Set DATA_DIR or MASTER_KEY as the control plane has it, or leave --with-keys away.',
    });
  return { id: keyId(key), box: sealKey(key, await askPassphrase(context, { twice: true })) };
}

const otherKey = (here: string, used: string) =>
  new Failure('failed', {
    title: 'The master key here is not the one that this database is used with.',
    detail: `Here is ${here}, the database has ${used}.`,
    action: 'Set DATA_DIR or MASTER_KEY as the control plane has it.',
  });

const nameFor = (at: Date) => `wafleet-${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;

async function versionOf(repository: string): Promise<string> {
  const text = await readFile(join(repository, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
