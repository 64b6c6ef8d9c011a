import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, isTenantId, type TenantId } from '@wafleet/contracts';
import { systemErrorCode } from '../system-error';
import type { MediaStore, ReceivedBytes } from './media-store';

/**
 * Media in a folder of this machine, the control plane's own:
 *
 *     <tenant>/incoming/<random>     being received, or abandoned by a crash
 *     <tenant>/<ab>/<abcdef…>        kept, named by the SHA-256 of its bytes
 *
 * A file comes to its name whole and on disk, by a rename, so that a crash leaves it there or not at all.
 * @param options.minFreeBytes below this much free space on its disk nothing more is taken in
 */
export function createFolderMediaStore(options: { root: string; minFreeBytes: number }): MediaStore {
  const tenantDir = (tenantId: TenantId) => {
    if (!isTenantId(tenantId)) throw new Error('Not a tenant id');
    return join(options.root, tenantId);
  };
  const incomingDir = (tenantId: TenantId) => join(tenantDir(tenantId), 'incoming');
  const pathOf = (tenantId: TenantId, sha256: string) => {
    if (!hashPattern.test(sha256)) throw new Error('Not a hash');
    return join(tenantDir(tenantId), sha256.slice(0, 2), sha256);
  };

  return {
    async receive(tenantId, bytes, { maxBytes, declaredBytes }) {
      if (declaredBytes !== null && declaredBytes > maxBytes) throw tooLarge(maxBytes);
      const folder = incomingDir(tenantId);
      await asStoreError(mkdir(folder, { recursive: true, mode: 0o700 }));
      await requireSpace(folder, (declaredBytes ?? 0) + options.minFreeBytes);
      const path = join(folder, randomUUID());
      const file = await asStoreError(open(path, 'wx', 0o600));
      try {
        const written = await write(file, bytes, maxBytes);
        await asStoreError(file.sync());
        await file.close();
        return received(path, written, pathOf(tenantId, written.sha256));
      } catch (error) {
        await file.close().catch(() => undefined);
        await rm(path, { force: true });
        throw error;
      }
    },

    async read(tenantId, sha256, part) {
      try {
        const file = await open(pathOf(tenantId, sha256), 'r');
        return file.createReadStream(part);
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return null;
        throw error;
      }
    },

    delete: (tenantId, sha256) => rm(pathOf(tenantId, sha256), { force: true }),

    deleteTenant: (tenantId) => rm(tenantDir(tenantId), { recursive: true, force: true }),

    tenants: async () => (await names(options.root)).filter(isTenantId),

    async list(tenantId) {
      const folders = (await names(tenantDir(tenantId))).filter((name) => name !== 'incoming');
      const found = [];
      for (const folder of folders) {
        for (const sha256 of await names(join(tenantDir(tenantId), folder))) {
          const facts = await statIfThere(join(tenantDir(tenantId), folder, sha256));
          if (facts && hashPattern.test(sha256)) found.push({ sha256, storedAt: facts.mtime });
        }
      }
      return found;
    },

    async dropAbandoned(tenantId, before) {
      for (const name of await names(incomingDir(tenantId))) {
        const path = join(incomingDir(tenantId), name);
        // Written to all the while it is being received, so that its last change is what tells.
        const facts = await statIfThere(path);
        if (facts && facts.mtime < before) await rm(path, { force: true });
      }
    },
  };
}

const hashPattern = /^[0-9a-f]{64}$/;

async function write(file: FileHandle, bytes: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    hash.update(chunk);
    await asStoreError(file.appendFile(chunk));
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

function received(
  path: string,
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
  target: string,
): ReceivedBytes {
  return {
    sha256,
    sizeBytes,
    async keep() {
      await asStoreError(mkdir(dirname(target), { recursive: true, mode: 0o700 }));
      await rename(path, target);
      for (const folder of [dirname(target), dirname(dirname(target))]) await syncFolder(folder);
    },
    drop: () => rm(path, { force: true }),
  };
}

/** A name is on disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < neededBytes) throw new AppError('STORAGE_FULL');
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('BODY_TOO_LARGE', { detail: `The limit is ${maxBytes} bytes.` });
}

/** @throws AppError STORAGE_FULL where the disk or the quota is */
async function asStoreError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('STORAGE_FULL', { cause });
    throw cause;
  }
}

/** What is in the folder; nothing where it does not exist. */
async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
