import type { Readable } from 'node:stream';
import type { TenantId } from '@wafleet/contracts';

/**
 * Where bytes lie, known by tenant and SHA-256. It knows nothing of rows: who needs which bytes, and for how long, is
 * the media service's part. The calls are those that a folder and an S3-compatible store can both keep.
 */
export interface MediaStore {
  /**
   * Takes bytes in, never more than a chunk of them in memory. They are nobody's until they are kept.
   * @param limits.declaredBytes how many the sender says there are; null where it does not
   * @throws AppError BODY_TOO_LARGE, STORAGE_FULL; whatever reading the bytes throws
   */
  receive(
    tenantId: TenantId,
    bytes: AsyncIterable<Uint8Array>,
    limits: { maxBytes: number; declaredBytes: number | null },
  ): Promise<ReceivedBytes>;
  /** Null where there is nothing of this hash. @param part all of them without it */
  read(tenantId: TenantId, sha256: string, part?: BytePart): Promise<Readable | null>;
  /** Repeats do nothing. */
  delete(tenantId: TenantId, sha256: string): Promise<void>;
  /** Everything of the tenant, also what is being received. Repeats do nothing. */
  deleteTenant(tenantId: TenantId): Promise<void>;
  /** Tenants of which anything is stored. */
  tenants(): Promise<TenantId[]>;
  /** What is kept of a tenant, and since when it was last taken in. */
  list(tenantId: TenantId): Promise<{ sha256: string; storedAt: Date }[]>;
  /** Deletes what was received before this moment and neither kept nor dropped: a crash came in between. */
  dropAbandoned(tenantId: TenantId, before: Date): Promise<void>;
}

/** Both ends included; within the content. */
export interface BytePart {
  start: number;
  end: number;
}

export interface ReceivedBytes {
  /** In hex. */
  sha256: string;
  sizeBytes: number;
  /** From now on they can be read by their hash, also after a crash. Where the same are kept already, nothing changes. */
  keep(): Promise<void>;
  /** Forgets them. After keep() it does nothing. */
  drop(): Promise<void>;
}
