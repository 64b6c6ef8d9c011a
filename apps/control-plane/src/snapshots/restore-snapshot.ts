import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import { ProfileFilesError, type ProfileOwner } from '../drivers/profile-files';
import { DriverError } from '../drivers/worker-driver';
import { SealBrokenError } from '../secrets/sealed-stream';
import { systemErrorCode } from '../system-error';
import { ArchiveError } from './stores/profile-archive';
import { type SnapshotParts, unpackInto } from './store-snapshot';

/**
 * Puts a snapshot in place of the tenant's profile. Everything of it is decrypted and compared before anything is
 * moved. No worker may run. Resolves to what kept it from that, in one sentence; null where it is done.
 * @param by nobody asked for it: one whose check failed is left alone
 */
export type RestoreSnapshot = (
  owner: ProfileOwner,
  snapshotId: string,
  by: { isAutomatic: boolean },
) => Promise<string | null>;

export function createRestoreSnapshot(
  { db, ...parts }: SnapshotParts & { db: Database },
  log: Logger,
): RestoreSnapshot {
  return async (owner, snapshotId, { isAutomatic }) => {
    const { tenantId } = owner;
    if (isAutomatic) {
      const row = await db.snapshot.findUnique({ where: { id: snapshotId }, select: { checkProblem: true } });
      if (row !== null && row.checkProblem !== null) return row.checkProblem;
    }
    try {
      await unpackInto(parts, owner, snapshotId);
      log.info({ tenantId, snapshotId }, 'profile restored');
      return null;
    } catch (err) {
      log.error({ tenantId, snapshotId, err }, 'profile could not be restored; nothing was changed');
      return problemOf(err);
    }
  };
}

function problemOf(error: unknown): string {
  if (error instanceof SealBrokenError)
    return 'The snapshot was changed since it was stored, or was sealed with another key.';
  if (error instanceof ArchiveError || error instanceof ProfileFilesError || error instanceof DriverError)
    return error.message;
  const code = systemErrorCode(error);
  if (code !== null) return `The snapshot can't be read (${code}).`;
  return 'The snapshot can not be opened with the master key of this installation.';
}

/**
 * The snapshot that takes the place of a profile that lost its login, by itself: the newest one, of the account that is
 * linked still, and only once. After a logout its credentials are void. An older one would roll back what WhatsApp's
 * encryption counts; that is for a person to choose.
 */
export async function newestUntried(
  db: Database,
  tenantIds: readonly TenantId[],
): Promise<Map<TenantId, string>> {
  const found = await Promise.all(
    tenantIds.map(async (tenantId) => {
      const newest = await db.snapshot.findFirst({
        where: { tenantId, state: 'READY' },
        orderBy: { id: 'desc' },
        include: { tenant: { select: { session: { select: { account: true } } } } },
      });
      const linked = newest?.tenant.session?.account ?? null;
      const isTheirs = newest !== null && newest.accountId === linked?.id && linked?.unlinkedAt === null;
      const isTried = newest !== null && (newest.restoredAt !== null || newest.restoreProblem !== null);
      return isTheirs && !isTried ? ([[tenantId, newest.id]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

/** The snapshot that an operator asked to have restored, unless it was deleted meanwhile. */
export async function askedSnapshot(db: Database, tenantId: TenantId): Promise<string | null> {
  const worker = await db.workerProcess.findUnique({ where: { tenantId } });
  if (worker === null || worker.restoreSnapshotId === null) return null;
  return (await db.snapshot.count({ where: { id: worker.restoreSnapshotId, tenantId } })) === 0
    ? null
    : worker.restoreSnapshotId;
}
