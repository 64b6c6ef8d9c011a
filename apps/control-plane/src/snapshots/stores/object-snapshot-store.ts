import type { ObjectStore } from '@wafleet/object-store';
import { isTenantId, type TenantId } from '@wafleet/contracts';
import type { SnapshotStore } from './snapshot-store';

const namePattern = /^([^/]+)\/(snp_[0-9a-z]{26})\.snapshot$/;

/** Sealed snapshots in a bucket of an S3-compatible store, `<tenant>/<id>.snapshot`. */
export function createObjectSnapshotStore(objects: ObjectStore): SnapshotStore {
  const folderOf = (tenantId: TenantId) => {
    if (!isTenantId(tenantId)) throw new Error('Not a tenant id');
    return `${tenantId}/`;
  };
  const nameOf = (tenantId: TenantId, snapshotId: string) => {
    const name = `${folderOf(tenantId)}${snapshotId}.snapshot`;
    if (!namePattern.test(name)) throw new Error('Not the id of a snapshot');
    return name;
  };

  return {
    put: (tenantId, snapshotId, sealed) => objects.put(nameOf(tenantId, snapshotId), sealed),
    get: (tenantId, snapshotId) => objects.get(nameOf(tenantId, snapshotId)),
    delete: (tenantId, snapshotId) => objects.delete(nameOf(tenantId, snapshotId)),

    async deleteTenant(tenantId) {
      for (const { name } of await objects.list(folderOf(tenantId))) await objects.delete(name);
    },

    async list() {
      return (await objects.list('')).flatMap(({ name, storedAt }) => {
        const [, tenantId, snapshotId] = namePattern.exec(name) ?? [];
        return tenantId !== undefined && snapshotId !== undefined && isTenantId(tenantId)
          ? [{ tenantId, snapshotId, storedAt }]
          : [];
      });
    },
  };
}
