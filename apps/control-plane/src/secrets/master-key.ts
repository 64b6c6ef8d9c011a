import { createHash, randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '@wafleet/db';
import { ConfigError } from '@wafleet/runtime';
import { systemErrorCode } from '../system-error';
import { rotateMasterKey } from './rotate-master-key';
import { keyBytes } from './sealed-box';

export interface MasterKey {
  /** Tells keys apart and says nothing about them. */
  id: string;
  key: Uint8Array;
}

const fileName = 'master.key';

/**
 * The key that every tenant's own key is encrypted with: the setting, else the file in the data folder, which the first
 * start makes. A key that is lost makes worthless what it protects, so another one in its place is refused.
 * @throws ConfigError naming what to restore
 */
export async function loadMasterKey(
  db: Database,
  given: { dataDir: string; masterKey: string | undefined; previousMasterKey?: string | undefined },
): Promise<MasterKey> {
  if (given.masterKey === undefined) await takeNextKey(db, given.dataDir);
  const path = join(given.dataDir, fileName);
  const text = given.masterKey ?? (await readKeyFile(path));
  const used = await db.tenantKey.findFirst({ select: { masterKeyId: true } });
  if (text === null && used !== null)
    throw new ConfigError(
      `The master key is missing: restore ${fileName} in DATA_DIR from a backup, or set MASTER_KEY.`,
    );
  const key = parse(text ?? (await createKeyFile(path)));
  if (used === null || used.masterKeyId === key.id) return key;
  const previous = given.previousMasterKey === undefined ? null : parse(given.previousMasterKey);
  if (previous?.id !== used.masterKeyId)
    throw new ConfigError(
      `The master key is not the one this database was used with; restore ${fileName} in DATA_DIR, or correct MASTER_KEY.`,
    );
  await rotateMasterKey(db, previous, key);
  return key;
}

/**
 * `master.key.next` beside the file is the key from now on: every tenant's key is encrypted with it, then it takes the
 * file's place, and the former one is kept as `master.key.previous`. Whatever interrupts this, the next start ends it.
 */
async function takeNextKey(db: Database, dataDir: string): Promise<void> {
  const path = join(dataDir, fileName);
  const next = await readKeyFile(`${path}.next`);
  if (next === null) return;
  const to = parse(next);
  const present = await readKeyFile(path);
  if (present !== null) {
    await rotateMasterKey(db, parse(present), to);
    await rename(path, `${path}.previous`);
  }
  await rename(`${path}.next`, path);
}

function parse(text: string): MasterKey {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes)
    throw new ConfigError('The master key must be 32 bytes as base64; `openssl rand -base64 32` makes one.');
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 12), key };
}

async function readKeyFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new ConfigError(`${fileName} in DATA_DIR can't be read (${systemErrorCode(error)}).`);
  }
}

/** Whole and on disk before it has its name; of two processes that start at once, both use the first one's. */
async function createKeyFile(path: string): Promise<string> {
  const unfinished = `${path}.${process.pid}.new`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(unfinished, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
  return readFile(path, 'utf8');
}
