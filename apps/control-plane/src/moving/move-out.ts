import type { Readable } from 'node:stream';
import { AppError, type TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { Vault } from '../secrets/vault';
import type { SnapshotStore } from '../snapshots/stores/snapshot-store';
import { snapshotPurpose } from '../snapshots/store-snapshot';
import { changeTenant, type LockedTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import { openProxyUrl } from '../tenants/tenant-proxy';
import type { Actor } from '../tenants/changes/request-run';
import { type MovedTenant, writeMoveArchive } from './move-archive';

export interface MoveOutDeps extends TenantChangeDeps {
  db: Database;
  store: SnapshotStore;
  vault: Vault;
}

/**
 * From now on the tenant runs elsewhere: it is stopped and proven dead, what its last worker may still say is refused, and
 * none starts here until somebody takes it back. Repeats change nothing.
 * @throws AppError MOVE_NOT_READY with what is missing, TENANT_ERASING
 */
export async function moveOut(
  deps: MoveOutDeps,
  tenantId: TenantId,
  snapshotId: string,
  by: Actor,
): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    if (tenant.parkedReason === 'moved') return [];
    const generation = await requireAtRest(tx, tenantId, tenant, snapshotId);
    await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: 'moved' } });
    await tx.workerProcess.update({
      where: { tenantId },
      data: { generation: generation + 1, tokenHash: null, previousTokenHash: null, lastSeq: 0 },
    });
    return [{ tenantId, type: 'action.requested', at: now, data: { action: 'move-out', by } }];
  });
}

/** The tenant runs here again, with the profile that it left. @throws AppError NOT_MOVED, TENANT_ERASING */
export async function takeBack(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    if (tenant.parkedReason !== 'moved') throw new AppError('NOT_MOVED');
    const data = { parkedReason: null, desiredState: 'RUNNING' as const };
    await tx.tenant.update({ where: { id: tenantId }, data });
    return [{ tenantId, type: 'action.requested', at: now, data: { action: 'take-back', by } }];
  });
}

/** A tenant that was moved out, sealed with the key of the move. @throws AppError NOT_FOUND, NOT_MOVED, MOVE_NOT_READY */
export async function openMoveArchive(
  { db, store, vault }: MoveOutDeps,
  tenantId: TenantId,
  key: Buffer,
): Promise<Readable> {
  const row = await db.tenant.findUnique({
    where: { id: tenantId },
    include: { session: { include: { account: true } }, worker: { select: { startedAt: true } } },
  });
  if (row === null) throw new AppError('NOT_FOUND');
  if (row.parkedReason !== 'moved') throw new AppError('NOT_MOVED');
  const account = row.session?.account ?? null;
  const snapshot = await db.snapshot.findFirst({
    where: { tenantId, ...takenAtRest(row.worker?.startedAt ?? null, account?.id ?? null) },
    orderBy: { id: 'desc' },
  });
  const sealed = snapshot === null ? null : await store.get(tenantId, snapshot.id);
  if (account === null || snapshot === null || sealed === null)
    throw new AppError('MOVE_NOT_READY', {
      detail: 'The snapshot that it was moved with is gone; take the tenant back, and move it again.',
    });
  const about: MovedTenant = {
    version: 1,
    name: row.name,
    phoneNumber: row.phoneNumber,
    proxyUrl: await openProxyUrl(vault, tenantId, row),
    copiedAt: (snapshot.copiedAt as Date).toISOString(),
    lastHeardAt: row.session?.lastHeardAt?.toISOString() ?? null,
    account: {
      id: account.id,
      phoneNumber: account.phoneNumber,
      lid: account.lid,
      name: account.name,
      linkedAt: account.linkedAt.toISOString(),
      isAccepted: account.isAccepted,
      completeUntil: account.completeUntil?.toISOString() ?? null,
      heardFrom: account.heardFrom?.toISOString() ?? null,
    },
  };
  const opening = await vault.opening(tenantId, snapshotPurpose(snapshot.id));
  return writeMoveArchive({ tenantId, key }, about, [sealed, opening]);
}

/** @returns the generation that is proven dead */
async function requireAtRest(
  tx: Transaction,
  tenantId: TenantId,
  { desiredState }: LockedTenant,
  snapshotId: string,
): Promise<number> {
  const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
  if (desiredState !== 'STOPPED' || worker.endedAt === null || worker.pendingAct !== null)
    throw new AppError('MOVE_NOT_READY', { detail: 'It must be stopped first, and proven to have ended.' });
  const { accountId } = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  const where = { id: snapshotId, tenantId, ...takenAtRest(worker.startedAt, accountId) };
  if ((await tx.snapshot.count({ where })) === 0)
    throw new AppError('MOVE_NOT_READY', {
      detail:
        'It needs a snapshot that is ready, of the linked account, and taken since the session last ran.',
    });
  return worker.generation;
}

/** Nothing was written after it: no browser ran while it was copied, and none has run since. */
function takenAtRest(startedAt: Date | null, accountId: string | null) {
  return {
    state: 'READY' as const,
    frozenMs: null,
    copiedAt: { gt: startedAt ?? new Date(0) },
    // None of nobody's login.
    accountId: accountId ?? '',
  };
}
