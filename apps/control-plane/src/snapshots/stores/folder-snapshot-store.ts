import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isTenantId, type TenantId } from '@wafleet/contracts';
import { systemErrorCode } from '../../system-error';
import type { SnapshotStore } from './snapshot-store';

/** What lies in such folders, and how its ids begin. */
const prefixes = { snapshot: 'snp', export: 'exp' };

/**
 * Sealed files in a folder, `<tenant>/<id>.<kind>`: snapshots, on another disk or machine where that is mounted there; exports
 * are kept the same way.
 */
export function createFolderSnapshotStore(options: {
  root: string;
  kind?: keyof typeof prefixes;
}): SnapshotStore {
  const { kind = 'snapshot' } = options;
  const idPattern = new RegExp(`^${prefixes[kind]}_[0-9a-z]{26}$`);
  const nameEnding = new RegExp(`\\.${kind}(\\.new)?$`);
  const folderOf = (tenantId: TenantId) => {
    if (!isTenantId(tenantId)) throw new Error('Not a tenant id');
    return join(options.root, tenantId);
  };
  const pathOf = (tenantId: TenantId, snapshotId: string) => {
    if (!idPattern.test(snapshotId)) throw new Error(`Not the id of a ${kind}`);
    return join(folderOf(tenantId), `${snapshotId}.${kind}`);
  };

  return {
    async put(tenantId, snapshotId, sealed) {
      const path = pathOf(tenantId, snapshotId);
      const unfinished = `${path}.new`;
      try {
        await mkdir(folderOf(tenantId), { recursive: true, mode: 0o700 });
        await pipeline(sealed, createWriteStream(unfinished, { mode: 0o600 }));
        const file = await open(unfinished, 'r');
        await file.sync().finally(() => file.close());
        await rename(unfinished, path);
      } catch (error) {
        // Whoever writes into it must not wait for somebody to read.
        sealed.destroy();
        await rm(unfinished, { force: true }).catch(() => undefined);
        throw error;
      }
      return (await stat(path)).size;
    },

    async get(tenantId, snapshotId) {
      try {
        return (await open(pathOf(tenantId, snapshotId), 'r')).createReadStream();
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return null;
        throw error;
      }
    },

    async delete(tenantId, snapshotId) {
      const path = pathOf(tenantId, snapshotId);
      for (const name of [path, `${path}.new`]) await rm(name, { force: true });
    },

    deleteTenant: (tenantId) => rm(folderOf(tenantId), { recursive: true, force: true }),

    async list() {
      const found = [];
      for (const tenantId of (await names(options.root)).filter(isTenantId)) {
        for (const name of await names(folderOf(tenantId))) {
          const facts = await stat(join(folderOf(tenantId), name)).catch(() => null);
          const snapshotId = name.replace(nameEnding, '');
          if (facts && snapshotId !== name) found.push({ tenantId, snapshotId, storedAt: facts.mtime });
        }
      }
      return found;
    },
  };
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
}
