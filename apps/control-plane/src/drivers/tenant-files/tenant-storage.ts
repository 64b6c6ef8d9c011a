import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isTenantId, type TenantId } from '@wafleet/contracts';
import type { TenantStorage, WorkerDriver } from '../worker-driver';
import { tenantFolder } from './tenant-folder';

const removalTimeoutMs = 60_000;
const measureTimeoutMs = 30_000;

/** What lies in the tenants' folders, whether their workers run or not. */
export function createTenantStorage(options: {
  tenantsDir: string;
  driver: Pick<WorkerDriver, 'kill'>;
  now: () => Date;
}): TenantStorage {
  const { tenantsDir } = options;
  /** Of whole tenants; beside their folders, so that nothing has to be copied. */
  const ownTrash = join(tenantsDir, '.trash');
  const trashOf = (tenantId: TenantId | null) =>
    tenantId === null ? ownTrash : tenantFolder(tenantsDir, tenantId).trash;

  return {
    async list() {
      return (await namesIn(tenantsDir)).filter(isTenantId);
    },

    async listTrash(tenantId) {
      const trash = trashOf(tenantId);
      const names = await namesIn(trash);
      return Promise.all(
        names.map(async (name) => {
          // Gone meanwhile: nothing that could be old.
          const changedAt = await lstat(join(trash, name)).then(
            ({ ctimeMs }) => ctimeMs,
            () => Infinity,
          );
          return { name, changedAt };
        }),
      );
    },

    async bytesOf(tenantId) {
      const { root } = tenantFolder(tenantsDir, tenantId);
      const limits = { cwd: '/', timeout: measureTimeoutMs };
      // What a browser removes meanwhile is complained of, and counted no more.
      const { stdout } = await promisify(execFile)('du', ['-sxk', '--', root], limits).catch(
        (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
      );
      const kilobytes = Number.parseInt(stdout, 10);
      return Number.isNaN(kilobytes) ? null : kilobytes * 1024;
    },

    async dropTrash(tenantId, name) {
      const path = join(trashOf(tenantId), name);
      if (tenantId === null) await rm(path, { recursive: true, force: true, maxRetries: 3 });
      else await removeAsOwner(path);
    },

    async setAside(tenantId) {
      await options.driver.kill(tenantId);
      await mkdir(ownTrash, { recursive: true, mode: 0o700 });
      const path = join(ownTrash, `${options.now().toISOString().replaceAll(':', '-')}-${tenantId}`);
      await rename(tenantFolder(tenantsDir, tenantId).root, path);
      return path;
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** A live worker that was taken over could put links into the tree while it is walked; so it is not root who walks. */
async function removeAsOwner(path: string): Promise<void> {
  const entry = await lstat(path).catch(() => null);
  if (entry === null) return;
  const { uid, gid } = entry;
  const user = process.getuid?.() === 0 ? { uid, gid } : {};
  await promisify(execFile)('rm', ['-rf', '--', path], { ...user, cwd: '/', timeout: removalTimeoutMs });
}
