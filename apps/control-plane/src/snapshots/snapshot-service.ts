import {
  AppError,
  type ListSnapshotsQuery,
  type Page,
  type Snapshot,
  type SnapshotTrigger,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Snapshot as SnapshotRow, Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import { strongerAct, type SessionAct } from '../supervisor/decide/session-act';
import { changeTenant, requireHere, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import type { Actor } from '../tenants/changes/request-run';
import type { SnapshotStore } from './stores/snapshot-store';
import { ownerOfLogin, queueSnapshot } from './take-snapshots';

/** What callers may ask of snapshots. Of another tenant they are as unknown as one that never was: NOT_FOUND. */
export interface SnapshotService {
  /** Newest first. */
  list(tenantId: TenantId, query: ListSnapshotsQuery): Promise<Page<Snapshot>>;
  /** Goes on after the answer; one that is under way is the answer to a repeat. @throws AppError NO_LOGIN_TO_KEEP */
  take(tenantId: TenantId): Promise<Snapshot>;
  delete(tenantId: TenantId, snapshotId: string): Promise<void>;
  /**
   * Stops the worker, puts the snapshot in place of the profile and starts again, after the answer.
   * @throws AppError SNAPSHOT_NOT_READY, SNAPSHOT_UNLINKED, ROLLBACK_NOT_ACCEPTED
   */
  restore(
    tenantId: TenantId,
    snapshotId: string,
    options: { acceptRollback: boolean; acceptUnlinked: boolean },
    by: Actor,
  ): Promise<void>;
}

export function createSnapshotService(
  deps: TenantChangeDeps & { db: Database; store: SnapshotStore; newId: NewId; wakeLane: () => void },
): SnapshotService {
  const { db, store } = deps;

  const find = async (tenantId: TenantId, snapshotId: string): Promise<SnapshotRow> => {
    const row = await db.snapshot.findFirst({ where: { id: snapshotId, tenantId } });
    if (row === null) throw new AppError('NOT_FOUND');
    return row;
  };
  const newestOf = async (tenantId: TenantId): Promise<string | null> => {
    const where = { tenantId, state: 'READY' as const };
    return (await db.snapshot.findFirst({ where, orderBy: { id: 'desc' } }))?.id ?? null;
  };

  return {
    async list(tenantId, { limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('snapshots', /^snp_\w{26}$/, cursor);
      const rows = await db.snapshot.findMany({
        where: { tenantId, ...(before === undefined ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const newest = await newestOf(tenantId);
      const page = pageFrom('snapshots', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map((row) => snapshotView(row, newest)) };
    },

    async take(tenantId) {
      const tenant = await db.tenant.findUnique({ where: { id: tenantId }, select: { desiredState: true } });
      if (tenant === null) throw new AppError('NOT_FOUND');
      if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
      const owner = await ownerOfLogin(deps, tenantId);
      if (owner === null) throw new AppError('NO_LOGIN_TO_KEEP');
      const row = await queueSnapshot(deps, owner, 'by_hand');
      deps.wakeLane();
      return snapshotView(row, await newestOf(tenantId));
    },

    async delete(tenantId, snapshotId) {
      await find(tenantId, snapshotId);
      // The row first: bytes that no row knows are dropped by the clean-up, a row without its bytes would promise something.
      await db.snapshot.deleteMany({ where: { id: snapshotId, tenantId } });
      await store.delete(tenantId, snapshotId);
    },

    async restore(tenantId, snapshotId, { acceptRollback, acceptUnlinked }, by) {
      const row = await find(tenantId, snapshotId);
      if (row.state !== 'READY') throw new AppError('SNAPSHOT_NOT_READY');
      const newest = await newestOf(tenantId);
      await changeTenant(deps, tenantId, async (tx, tenant, now) => {
        requireHere(tenant);
        const unlinkedAt = await endOfLogin(tx, row);
        if (unlinkedAt !== null && !acceptUnlinked)
          throw new AppError('SNAPSHOT_UNLINKED', {
            detail: `It ended at ${unlinkedAt.toISOString()}, by a logout, a reset or another link. After a logout its credentials are void, and WhatsApp refuses them.`,
          });
        const session = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
        const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
        const hasLogin =
          session.accountId !== null && session.linkIsDurable && tenant.parkedReason !== 'profile_corrupt';
        const warning = rollbackWarning({ isNewest: row.id === newest, hasLogin });
        if (warning !== null && !acceptRollback)
          throw new AppError('ROLLBACK_NOT_ACCEPTED', { detail: warning });
        const pendingAct = strongerAct(worker.pendingAct as SessionAct | null, 'restore');
        await tx.workerProcess.update({
          where: { tenantId },
          data: { pendingAct, restoreSnapshotId: snapshotId },
        });
        return [{ tenantId, type: 'action.requested', at: now, data: { action: 'restore', by } }];
      });
    },
  };
}

/** When the link ended that the snapshot holds; a new link of the same number is another one. */
async function endOfLogin(tx: Transaction, { accountId }: SnapshotRow): Promise<Date | null> {
  if (accountId === null) return null;
  return (await tx.account.findUnique({ where: { id: accountId } }))?.unlinkedAt ?? null;
}

function rollbackWarning({ isNewest, hasLogin }: { isNewest: boolean; hasLogin: boolean }): string | null {
  const consequence =
    'WhatsApp counts each message of its encryption on both sides, so that some messages of the time since may not be readable; at worst the phone must be linked again.';
  if (!isNewest) return `There is a newer snapshot. ${consequence}`;
  return hasLogin ? `The present login works, and is newer than the snapshot. ${consequence}` : null;
}

function snapshotView(row: SnapshotRow, newestId: string | null): Snapshot {
  return {
    id: row.id,
    tenantId: row.tenantId,
    state: row.state,
    trigger: row.trigger as SnapshotTrigger,
    createdAt: row.createdAt.toISOString(),
    copiedAt: row.copiedAt?.toISOString() ?? null,
    readyAt: row.readyAt?.toISOString() ?? null,
    frozenMs: row.frozenMs,
    bytes: row.bytes === null ? null : Number(row.bytes),
    contentBytes: row.contentBytes === null ? null : Number(row.contentBytes),
    files: row.files,
    largest: row.largest as Snapshot['largest'],
    problem: row.problem,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    checkProblem: row.checkProblem,
    isNewest: row.id === newestId,
    restoredAt: row.restoredAt?.toISOString() ?? null,
    restoreProblem: row.restoreProblem,
  };
}
