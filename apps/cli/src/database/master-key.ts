import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupManifest } from '@wafleet/db';
import { loadMachineConfig } from '../config';
import { Failure } from '../failure';
import type { Context } from '../verbs/verb';
import { keyId, minPassphrase, openKey } from './sealed-key';

/** The master key of this installation, as the control plane finds it; null where there is none. */
export async function readMasterKey({ config }: Pick<Context, 'config'>): Promise<string | null> {
  const given = loadMachineConfig(config.environment).masterKey;
  if (given !== undefined) return given.trim();
  try {
    return (await readFile(fileIn(config.dataDir), 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new Failure('failed', {
      title: `The master key can't be read (${code}).`,
      action: 'Run it as the user who runs Wafleet.',
    });
  }
}

/** What becomes of the master key with a restore, and how it is brought about. */
export interface KeyPlan {
  outcome: 'not_needed' | 'in_place' | 'restored' | 'missing';
  /** Before the database is touched. Resolves to what takes it back. */
  put(): Promise<() => Promise<void>>;
}

/** @throws Failure where the passphrase is wrong, or another key is in the place of the one in the backup */
export async function planKey(context: Context, manifest: BackupManifest): Promise<KeyPlan> {
  const { masterKeyId: id, sealedKey } = manifest;
  const nothing = async () => async () => undefined;
  if (id === null) return { outcome: 'not_needed', put: nothing };
  const present = await readMasterKey(context);
  if (present !== null && keyId(present) === id) return { outcome: 'in_place', put: nothing };
  if (sealedKey === null) return { outcome: 'missing', put: nothing };
  const path = fileIn(context.config.dataDir);
  if (present !== null)
    throw new Failure('notNow', {
      title: 'This installation has another master key than the backup; nothing was changed.',
      detail: `Here is ${keyId(present)}, in the backup ${id}.`,
      action: `Move ${path} away (and unset MASTER_KEY), then repeat.`,
    });
  const key = openKey(sealedKey, await askPassphrase(context, { twice: false }), id);
  if (key === null)
    throw new Failure('refused', {
      title: 'The passphrase does not open the master key in this backup; nothing was changed.',
      action: 'Repeat it with the passphrase that the backup was taken with.',
    });
  return {
    outcome: 'restored',
    async put() {
      await mkdir(context.config.dataDir, { recursive: true, mode: 0o700 });
      await writeFile(path, `${key}\n`, { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    },
  };
}

/** @throws Failure where nobody says one */
export async function askPassphrase(
  { config, terminal, signal }: Context,
  { twice, of = 'the master key' }: { twice: boolean; of?: string },
): Promise<string> {
  const given = config.passphrase;
  if (given === undefined && !terminal.canAsk)
    throw new Failure('usage', {
      title: `A passphrase is needed for ${of}, and nobody can be asked here.`,
      action: 'Set it in WAFLEET_PASSPHRASE.',
    });
  const said = given ?? (await terminal.askSecret(`Passphrase of ${of}: `, signal));
  if (!twice) return said;
  if (said.length < minPassphrase)
    throw new Failure('usage', { title: `The passphrase needs ${minPassphrase} characters or more.` });
  if (given === undefined && (await terminal.askSecret('Once more: ', signal)) !== said)
    throw new Failure('usage', { title: 'The two passphrases differ; nothing was done.' });
  return said;
}

const fileIn = (dataDir: string) => join(dataDir, 'master.key');
