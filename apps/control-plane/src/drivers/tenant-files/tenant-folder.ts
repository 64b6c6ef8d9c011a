import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chown, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isTenantId, type TenantId, type WorkerSettings } from '@wafleet/contracts';
import { findLockHolder } from '@wafleet/runtime';
import { DriverError } from '../worker-driver';
import { systemErrorCode } from '../../system-error';

/**
 * One tenant's folder:
 *
 *     profile home tmp logs trash   the tenant's own
 *     run                           settings, process record, profile lock: the driver's
 *
 * With a system user per tenant, folder, run, logs and trash belong to root with the sticky bit: a worker that was
 * taken over can fill them, but it can't put something else in place of what root reads or writes there.
 */
export interface TenantFolder {
  root: string;
  profile: string;
  home: string;
  tmp: string;
  logs: string;
  trash: string;
  settingsFile: string;
  recordFile: string;
  lockFile: string;
  outputFile: string;
}

const lockHeld = 1;
const lockCheckTimeoutMs = 5_000;

/** @throws Error for what is no tenant id: ids become paths. */
export function tenantFolder(tenantsDir: string, tenantId: TenantId): TenantFolder {
  if (!isTenantId(tenantId)) throw new Error('Not a tenant id');
  const root = join(tenantsDir, tenantId);
  return {
    root,
    profile: join(root, 'profile'),
    home: join(root, 'home'),
    tmp: join(root, 'tmp'),
    logs: join(root, 'logs'),
    trash: join(root, 'trash'),
    settingsFile: join(root, 'run/worker.json'),
    recordFile: join(root, 'run/worker.pid.json'),
    lockFile: join(root, 'run/browser.lock'),
    outputFile: join(root, 'logs/worker.out.log'),
  };
}

/** False for a tenant that never ran here: nothing of it can be left. */
export function hasFolder(folder: TenantFolder): Promise<boolean> {
  return exists(folder.root);
}

/**
 * Makes the folder, or mends its owners and permissions.
 * @param uid the tenant's system user, or null where the control plane's own user runs everything
 * @throws DriverError permission_denied, disk_full
 */
export async function prepareFolder(folder: TenantFolder, uid: number | null): Promise<void> {
  try {
    const shared = { uid: 0, mode: 0o1770 };
    const own = { uid, mode: 0o700 };
    await makeFolder(dirname(folder.root), { uid: null, mode: uid === null ? 0o700 : 0o711 }, null);
    await makeFolder(folder.root, uid === null ? own : shared, uid);
    await makeFolder(dirname(folder.settingsFile), uid === null ? own : { uid: 0, mode: 0o750 }, uid);
    for (const path of [folder.logs, folder.trash]) await makeFolder(path, uid === null ? own : shared, uid);
    for (const path of [folder.profile, folder.home, folder.tmp]) await makeFolder(path, own, uid);
    await replaceTenantFile(folder.lockFile, '', uid, { keep: true });
  } catch (cause) {
    throw asDriverError(cause, 'prepare the tenant folder');
  }
}

/** Settings with the worker's token: only the tenant's own user can read them. */
export async function writeSettings(
  folder: TenantFolder,
  settings: WorkerSettings,
  uid: number | null,
): Promise<void> {
  try {
    await replaceTenantFile(folder.settingsFile, JSON.stringify(settings), uid);
  } catch (cause) {
    throw asDriverError(cause, 'write the worker settings');
  }
}

/** An empty file for the worker's stdout and stderr; whatever lay in its place is not followed. */
export async function openOutput(folder: TenantFolder, uid: number | null) {
  try {
    await rm(folder.outputFile, { force: true });
    const file = await open(folder.outputFile, createNew, 0o600);
    if (uid !== null) await file.chown(uid, uid);
    return file;
  } catch (cause) {
    throw asDriverError(cause, 'open the worker output');
  }
}

/** @throws DriverError profile_locked while any process, known or not, holds the browser's lock */
export async function requireFreeLock(folder: TenantFolder): Promise<void> {
  if (!(await exists(folder.lockFile))) return;
  try {
    await promisify(execFile)('flock', ['-n', '-E', String(lockHeld), folder.lockFile, 'true'], {
      timeout: lockCheckTimeoutMs,
    });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === lockHeld) {
      const holder =
        findLockHolder(folder.lockFile)?.description ?? 'a process that can not be seen from here';
      throw new DriverError('profile_locked', `The profile lock is held by ${holder}: ${folder.lockFile}.`);
    }
    // Without flock on this machine nobody holds such a lock.
    if (systemErrorCode(cause) === 'ENOENT') return;
    throw new DriverError('profile_locked', 'The profile lock can not be checked.', { cause });
  }
}

/** Moves a used profile to the trash; an absent or empty one stays. */
export async function moveProfileToTrash(folder: TenantFolder, now: Date): Promise<void> {
  const entries = await readdir(folder.profile).catch(() => []);
  if (entries.length === 0) return;
  await mkdir(folder.trash, { recursive: true, mode: 0o700 });
  await rename(folder.profile, join(folder.trash, now.toISOString().replace(/[:.]/g, '-')));
}

/** Removed as a whole, never looked into: the tenant may have put a link to elsewhere in its place. */
export async function clearTempFolder(folder: TenantFolder): Promise<void> {
  try {
    for (const path of [folder.tmp, folder.lockFile])
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (cause) {
    throw asDriverError(cause, 'clear the temp folder');
  }
}

export async function removeFolder(folder: TenantFolder): Promise<void> {
  await rm(folder.root, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * That the tenant's user can reach a file: every folder above it must let others pass.
 * @throws DriverError permission_denied that names the path in the way
 */
export async function requireReachable(path: string): Promise<void> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode } = await stat(folder).catch((cause: unknown) => {
      throw new DriverError('permission_denied', `${folder} can not be found.`, { cause });
    });
    if ((mode & 0o001) === 0)
      throw new DriverError('permission_denied', `${folder} does not let other users pass (chmod o+x).`);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Owner and mode are set through the open folder: a link that a worker put in its place is refused, not followed. */
async function makeFolder(
  path: string,
  owner: { uid: number | null; mode: number },
  gid: number | null,
): Promise<void> {
  await mkdir(path, { recursive: true, mode: owner.mode });
  const folder = await open(path, folderItself);
  try {
    if (owner.uid !== null && gid !== null) await folder.chown(owner.uid, gid);
    await folder.chmod(owner.mode);
  } finally {
    await folder.close();
  }
}

const folderItself = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

const createNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

async function replaceTenantFile(
  path: string,
  content: string,
  uid: number | null,
  options: { keep?: boolean } = {},
): Promise<void> {
  if (options.keep === true && (await exists(path))) return;
  const next = `${path}.next`;
  await rm(next, { force: true });
  await writeFile(next, content, { mode: 0o600, flag: 'wx' });
  if (uid !== null) await chown(next, uid, uid);
  await rename(next, path);
}

function asDriverError(cause: unknown, what: string): DriverError {
  const code = systemErrorCode(cause);
  const { path } = cause as { path?: unknown };
  const where = typeof path === 'string' ? ` at ${path}` : '';
  // In a user namespace, only some numbers are users.
  if (code === 'EINVAL')
    return new DriverError('permission_denied', 'Tenants can get no system user here; set TENANT_UID_BASE.', {
      cause,
    });
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new DriverError(isFull ? 'disk_full' : 'permission_denied', `Could not ${what}: ${code}${where}.`, {
    cause,
  });
}
