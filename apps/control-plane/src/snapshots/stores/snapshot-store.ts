import type { Readable } from 'node:stream';
import type { TenantId } from '@wafleet/contracts';

/** Where sealed snapshots lie. What it holds can be read by nobody who lacks the tenant's key. */
export interface SnapshotStore {
  /** Resolves once it is kept whole, with its size; what fails before leaves nothing behind its name. */
  put(tenantId: TenantId, snapshotId: string, sealed: Readable): Promise<number>;
  /** Null where there is none. */
  get(tenantId: TenantId, snapshotId: string): Promise<Readable | null>;
  /** Repeats do nothing. */
  delete(tenantId: TenantId, snapshotId: string): Promise<void>;
  deleteTenant(tenantId: TenantId): Promise<void>;
  /** All that is kept, whether a row knows it or not. */
  list(): Promise<{ tenantId: TenantId; snapshotId: string; storedAt: Date }[]>;
}
