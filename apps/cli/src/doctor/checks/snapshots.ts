import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createObjectStore, isObjectStoreUrl, ObjectStoreError } from '@wafleet/object-store';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, note, broken } = findingsOf('snapshots');
const goesOn = 'Tenants run on, and snapshots wait for it.';

/** That the store of snapshots takes something and gives it back. */
export async function checkSnapshots({ settings, config }: Machine): Promise<Finding[]> {
  const { dir, url } = settings.snapshots;
  return url === undefined
    ? checkFolder(resolve(dir ?? join(config.dataDir, 'snapshots')), dir !== undefined)
    : checkBucket(url, settings.snapshots);
}

async function checkFolder(folder: string, isNamed: boolean): Promise<Finding[]> {
  const mend = isNamed
    ? 'Mount it, or correct SNAPSHOTS_DIR; it must be writable for the user who runs Wafleet'
    : `Make it a folder that the user who runs Wafleet can write to: ${folder}`;
  try {
    if (!(await stat(folder)).isDirectory())
      return [broken(`The store of snapshots is no folder. ${goesOn}`, { about: folder, mend })];
    const file = join(folder, `check-${randomUUID()}`);
    await writeFile(file, 'check', { flag: 'wx', mode: 0o600 });
    await rm(file);
    return [well('The folder of snapshots can be written to', { about: folder })];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return [note('There is no snapshot yet; the first one makes its folder', { about: folder })];
    return [
      broken(`Nothing can be written to the store of snapshots (${code}). ${goesOn}`, {
        about: folder,
        mend,
      }),
    ];
  }
}

async function checkBucket(
  url: string,
  { region, keyId, secret }: Machine['settings']['snapshots'],
): Promise<Finding[]> {
  if (!isObjectStoreUrl(url) || keyId === undefined || secret === undefined)
    return [
      broken('The bucket of snapshots is not named whole.', {
        mend: 'Set SNAPSHOTS_S3_URL (https://server/bucket), SNAPSHOTS_S3_KEY_ID and SNAPSHOTS_S3_SECRET',
      }),
    ];
  try {
    await createObjectStore({ url, region, keyId, secret }).check();
    return [well('The bucket of snapshots takes an object and gives it back', { about: url })];
  } catch (error) {
    const code = error instanceof ObjectStoreError ? error.code : 'unknown';
    return [
      broken(`The bucket of snapshots can't be used (${code}). ${goesOn}`, {
        about: url,
        mend: 'Look whether its server is up, and whether SNAPSHOTS_S3_KEY_ID may read, write, list and delete there',
      }),
    ];
  }
}
