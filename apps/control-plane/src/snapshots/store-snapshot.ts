import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { TenantId } from '@wafleet/contracts';
import type { ProfileFiles, ProfileOwner } from '../drivers/profile-files';
import type { Vault } from '../secrets/vault';
import { systemErrorCode } from '../system-error';
import {
  ArchiveError,
  type Manifest,
  missingStore,
  packArchive,
  unpackArchive,
} from './stores/profile-archive';
import type { SnapshotStore } from './stores/snapshot-store';

/** What is needed of those that lie in the store. */
export interface StoredParts {
  store: SnapshotStore;
  vault: Pick<Vault, 'opening'>;
}

export interface SnapshotParts extends StoredParts {
  files: ProfileFiles;
  vault: Pick<Vault, 'sealing' | 'opening'>;
}

export const snapshotPurpose = (snapshotId: string) => `snapshot ${snapshotId}`;

/**
 * Puts the copy at the side into the store: compressed, sealed with the tenant's key, in constant memory; then reads it
 * back whole.
 * @throws ArchiveError or ProfileFilesError where the copy is at fault, anything else where store or key are
 */
export async function storeCopy(
  { files, store, vault }: SnapshotParts,
  owner: ProfileOwner,
  snapshotId: string,
  limits: { maxBytes: number },
): Promise<{ bytes: number; manifest: Manifest }> {
  const { tenantId } = owner;
  const sealing = await vault.sealing(tenantId, snapshotPurpose(snapshotId));
  const { archive, manifest } = packArchive(files.readCopy(owner), limits);
  const sealed = new PassThrough();
  const [written, bytes] = await allEnded([
    manifest,
    store.put(tenantId, snapshotId, sealed),
    pipeline(archive, createGzip(), sealing, sealed),
  ]);
  const missing = missingStore(written);
  if (missing !== null) throw new ArchiveError(`The profile has no ${missing}: it holds no login.`);
  await checkStored({ store, vault }, tenantId, snapshotId);
  return { bytes, manifest: written };
}

/** Decrypts a snapshot and compares each file of it with what was noted. @throws Error where anything differs */
export async function checkStored(
  parts: StoredParts,
  tenantId: TenantId,
  snapshotId: string,
): Promise<Manifest> {
  return unpackStored(parts, tenantId, snapshotId, async (tar) => {
    for await (const _chunk of tar);
  });
}

/** Puts a snapshot in place of the tenant's profile; where anything about it is wrong, nothing is touched. No worker may run. */
export async function unpackInto(
  { files, ...parts }: SnapshotParts,
  owner: ProfileOwner,
  snapshotId: string,
): Promise<void> {
  await unpackStored(parts, owner.tenantId, snapshotId, (tar) => files.replace(owner, tar));
}

/** Decrypts a snapshot and gives it out as a tar, which fails where anything differs from what was noted. @throws what `use` fails with, too */
export async function unpackStored(
  { store, vault }: StoredParts,
  tenantId: TenantId,
  snapshotId: string,
  use: (tar: Readable) => Promise<void>,
): Promise<Manifest> {
  const opening = await vault.opening(tenantId, snapshotPurpose(snapshotId));
  const sealed = await store.get(tenantId, snapshotId);
  if (sealed === null) throw new ArchiveError('The snapshot is not in the store.');
  const archive = new PassThrough();
  const { tar, checked } = unpackArchive(archive);
  const [, manifest] = await allEnded([
    pipeline(sealed, opening, createGunzip(), archive),
    checked,
    use(tar),
  ]);
  return manifest;
}

/** As Promise.all, but it leaves nothing under way; what failed is told by the part that knows most of it. */
export async function allEnded<const Parts extends readonly Promise<unknown>[]>(
  parts: Parts,
): Promise<{ -readonly [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  const results = await Promise.allSettled(parts);
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (errors.length > 0) throw errors.find(isTelling) ?? errors[0];
  return Promise.all(parts);
}

/** A stream that only says that another one has ended too soon knows least. */
function isTelling(error: unknown): boolean {
  return systemErrorCode(error) !== 'ERR_STREAM_PREMATURE_CLOSE';
}
