import { PassThrough } from 'node:stream';
import { AppError, idPrefixes, type TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { NewId } from '../new-id';
import { SealBrokenError } from '../secrets/sealed-stream';
import type { NewcomerVault, Vault } from '../secrets/vault';
import { ArchiveError, largestOf, type Manifest } from '../snapshots/stores/profile-archive';
import type { SnapshotStore } from '../snapshots/stores/snapshot-store';
import { allEnded, checkStored, snapshotPurpose } from '../snapshots/store-snapshot';
import { allotUid } from '../supervisor/start-worker';
import { commitChange, lockTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import { storeProxy } from '../tenants/tenant-proxy';
import type { Actor } from '../tenants/changes/request-run';
import { systemErrorCode } from '../system-error';
import { type MovedTenant, readMoveArchive } from './move-archive';

export interface MoveInDeps extends TenantChangeDeps {
  db: Database;
  store: SnapshotStore;
  vault: Vault;
  /** As supervision has it. */
  uidBase: number | null;
  maxBytes: number;
  newId: NewId;
  log: Logger;
}

/**
 * Takes a tenant over from another installation, or one that was moved out of here and comes back. Its login is stored and
 * read back first; then, in one transaction, the tenant is here, and supervision puts the login in place and starts it.
 * What fails before leaves nothing.
 * @throws AppError TENANT_HERE, NUMBER_LINKED, ARCHIVE_NOT_OPENED, BODY_TOO_LARGE
 */
export async function moveIn(
  deps: MoveInDeps,
  tenantId: TenantId,
  key: Buffer,
  bytes: AsyncIterable<Uint8Array>,
  by: Actor,
): Promise<void> {
  const { db, store } = deps;
  const known = await db.tenant.findUnique({ where: { id: tenantId } });
  if (known !== null && known.parkedReason !== 'moved') throw new AppError('TENANT_HERE');
  const newcomer = known === null ? deps.vault.forNewcomer() : null;
  const snapshotId = deps.newId(idPrefixes.snapshot);
  try {
    const kept = await keepLogin(deps, { tenantId, key, snapshotId }, newcomer ?? deps.vault, bytes);
    await commitChange(deps, tenantId, async (tx, now) => {
      const tenant = await lockTenant(tx, tenantId);
      if ((tenant === null) !== (newcomer !== null) || (tenant && tenant.parkedReason !== 'moved'))
        throw new AppError('TENANT_HERE');
      if (newcomer !== null) await addTenant(tx, deps, tenantId, kept.about, newcomer, now);
      await linkHere(tx, tenantId, kept.about);
      await wantRestored(tx, { tenantId, snapshotId }, kept, now);
      if (deps.uidBase !== null && known?.osUid == null) await allotUid(tx, tenantId, deps.uidBase);
      return [{ tenantId, type: 'action.requested', at: now, data: { action: 'move-in', by } }];
    });
  } catch (error) {
    await store.delete(tenantId, snapshotId).catch(() => undefined);
    if (isDamaged(error)) throw new AppError('ARCHIVE_NOT_OPENED', { cause: error });
    if (isFull(error)) throw new AppError('STORAGE_FULL', { cause: error });
    throw error;
  }
  deps.log.info({ tenantId, snapshotId }, 'tenant moved in');
}

interface Kept {
  about: MovedTenant;
  bytes: number;
  manifest: Manifest;
}

/** Under the tenant's key of here, in constant memory; then read back whole. */
async function keepLogin(
  { store, maxBytes }: MoveInDeps,
  { tenantId, key, snapshotId }: { tenantId: TenantId; key: Buffer; snapshotId: string },
  vault: Pick<Vault, 'sealing' | 'opening'>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Kept> {
  const sealing = await vault.sealing(tenantId, snapshotPurpose(snapshotId));
  const sealed = new PassThrough();
  const [about, stored] = await allEnded([
    readMoveArchive({ tenantId, key, maxBytes }, bytes, [sealing, sealed]),
    store.put(tenantId, snapshotId, sealed),
  ]);
  return { about, bytes: stored, manifest: await checkStored({ store, vault }, tenantId, snapshotId) };
}

async function addTenant(
  tx: Transaction,
  { vault }: MoveInDeps,
  tenantId: TenantId,
  { name, phoneNumber, proxyUrl }: MovedTenant,
  newcomer: NewcomerVault,
  now: Date,
): Promise<void> {
  await tx.tenant.create({
    data: {
      id: tenantId,
      name,
      phoneNumber,
      statusSince: now,
      createdAt: now,
      session: { create: { since: now } },
      worker: { create: {} },
    },
  });
  await newcomer.keep(tx, tenantId);
  if (proxyUrl !== null) await storeProxy(tx, vault, tenantId, { url: proxyUrl });
}

/** A link keeps its id, wherever it is; the index over linked numbers decides whether it may be here. */
async function linkHere(
  tx: Transaction,
  tenantId: TenantId,
  { account, lastHeardAt }: MovedTenant,
): Promise<void> {
  await tx.account.updateMany({
    where: { tenantId, unlinkedAt: null, id: { not: account.id } },
    data: { unlinkedAt: new Date() },
  });
  const { id, phoneNumber, lid, name, linkedAt, isAccepted } = account;
  const [completeUntil, heardFrom] = [dateOf(account.completeUntil), dateOf(account.heardFrom)];
  const count = await tx.$executeRaw`
    INSERT INTO accounts (id, tenant_id, phone_number, lid, name, linked_at, is_accepted, complete_until, heard_from)
    VALUES (${id}, ${tenantId}, ${phoneNumber}, ${lid}, ${name}, ${new Date(linkedAt)}, ${isAccepted},
      ${completeUntil}, ${heardFrom})
    ON CONFLICT DO NOTHING`;
  if (count === 0) {
    const { count: ours } = await tx.account.updateMany({
      where: { id, tenantId, unlinkedAt: null },
      data: { lid, name, isAccepted, completeUntil, heardFrom },
    });
    if (ours === 0) throw new AppError('NUMBER_LINKED');
  }
  await tx.whatsappSession.update({
    where: { tenantId },
    data: { accountId: id, linkIsDurable: true, lastHeardAt: dateOf(lastHeardAt) },
  });
}

async function wantRestored(
  tx: Transaction,
  { tenantId, snapshotId }: { tenantId: TenantId; snapshotId: string },
  { about, bytes, manifest }: Kept,
  now: Date,
): Promise<void> {
  await tx.snapshot.create({
    data: {
      id: snapshotId,
      tenantId,
      accountId: about.account.id,
      state: 'READY',
      trigger: 'move',
      createdAt: now,
      copiedAt: new Date(about.copiedAt),
      readyAt: now,
      bytes,
      contentBytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
      files: manifest.files.length,
      largest: largestOf(manifest.files),
    },
  });
  await tx.tenant.update({
    where: { id: tenantId },
    data: { desiredState: 'RUNNING', parkedReason: null },
  });
  await tx.workerProcess.update({
    where: { tenantId },
    data: { pendingAct: 'restore', restoreSnapshotId: snapshotId },
  });
}

/** What is sealed was changed, or is no profile as snapshots hold it. */
const isDamaged = (error: unknown) =>
  error instanceof SealBrokenError ||
  error instanceof ArchiveError ||
  systemErrorCode(error)?.startsWith('Z_') === true;
const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(String(systemErrorCode(error)));
const dateOf = (text: string | null) => (text === null ? null : new Date(text));
