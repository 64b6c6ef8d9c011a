import { idPrefixes, type SnapshotTrigger, type TenantId } from '@wafleet/contracts';
import type { Database, Prisma, Snapshot } from '@wafleet/db';
import { isDatabaseAway } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import { ProfileFilesError, type ProfileOwner } from '../drivers/profile-files';
import type { NewId } from '../new-id';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { systemErrorCode } from '../system-error';
import { ArchiveError, largestOf } from './stores/profile-archive';
import type { SnapshotPolicy } from './snapshot-policy';
import { storeCopy, type SnapshotParts } from './store-snapshot';

export interface TakeSnapshotDeps extends SnapshotParts {
  db: Database;
  commit: CommitWithEvents;
  policy: SnapshotPolicy;
  newId: NewId;
  now: () => Date;
  log: Logger;
}

/** A store that is away is tried again with each look, so often; about an hour. */
const maxAttempts = 120;

/** Whose login a snapshot would keep; null where there is none that is worth it: not linked, not on the disk yet, or ended. */
export async function ownerOfLogin(
  { db }: Pick<TakeSnapshotDeps, 'db'>,
  tenantId: TenantId,
): Promise<(ProfileOwner & { accountId: string }) | null> {
  const tenant = await db.tenant.findUnique({
    where: { id: tenantId },
    select: { osUid: true, desiredState: true, session: true },
  });
  const session = tenant?.session;
  if (!tenant || !session || tenant.desiredState === 'ERASED' || session.state === 'LOGGED_OUT') return null;
  if (session.accountId === null || !session.linkIsDurable) return null;
  return { tenantId, osUid: tenant.osUid, accountId: session.accountId };
}

/** The intent; a snapshot of the tenant that is under way already is this one. */
export async function queueSnapshot(
  { db, newId, now }: Pick<TakeSnapshotDeps, 'db' | 'newId' | 'now'>,
  { tenantId, accountId }: { tenantId: TenantId; accountId: string },
  trigger: SnapshotTrigger,
): Promise<Snapshot> {
  const underWay = await db.snapshot.findFirst({ where: { tenantId, state: { in: ['QUEUED', 'COPIED'] } } });
  if (underWay !== null) return underWay;
  const id = newId(idPrefixes.snapshot);
  return db.snapshot.create({ data: { id, tenantId, accountId, trigger, createdAt: now() } });
}

/**
 * Copies the profile to the side, while nothing else is done to the tenant's worker. Where a browser would stand still for
 * too long, it waits for the next stop.
 */
export async function copyProfile(deps: TakeSnapshotDeps, row: Snapshot): Promise<void> {
  const tenantId = row.tenantId as TenantId;
  const { files, policy } = deps;
  const owner = await ownerOfLogin(deps, tenantId);
  if (owner === null) return fail(deps, row, 'There is no login that a snapshot could keep.');
  try {
    const outcome = await files.copyAside(owner, policy);
    if (outcome.kind === 'nothing') return await fail(deps, row, 'There is no profile.');
    if (outcome.kind === 'too_slow') {
      const problem = `The browser would have stood still for more than ${policy.maxFrozenMs} ms; it is taken when the session is next stopped.`;
      return await change(deps, row, { problem });
    }
    if (outcome.kind === 'not_while_running') {
      const problem =
        'Its browser can not be made to stand still; it is taken when the session is next stopped.';
      return await change(deps, row, { problem });
    }
    const still = await ownerOfLogin(deps, tenantId);
    if (still?.accountId !== owner.accountId) return await fail(deps, row, 'The login has ended meanwhile.');
    const { frozenMs } = outcome;
    await change(deps, row, {
      state: 'COPIED',
      copiedAt: deps.now(),
      accountId: owner.accountId,
      frozenMs,
      problem: null,
    });
    deps.log.info({ tenantId, snapshotId: row.id, frozenMs }, 'profile copied');
  } catch (error) {
    if (!(error instanceof ProfileFilesError)) throw error;
    await fail(deps, row, error.message);
  }
}

/** Stores the copy. Where the store is at fault it is kept and tried again; where the copy is, the snapshot has failed. */
export async function storeSnapshot(deps: TakeSnapshotDeps, row: Snapshot): Promise<void> {
  const tenantId = row.tenantId as TenantId;
  const tenant = await deps.db.tenant.findUnique({ where: { id: tenantId }, select: { osUid: true } });
  if (tenant === null) return;
  if (!(await deps.files.hasCopy(tenantId)))
    return fail(deps, row, 'The copy was lost before it could be stored.');
  try {
    const owner = { tenantId, osUid: tenant.osUid };
    const { bytes, manifest } = await storeCopy(deps, owner, row.id, deps.policy);
    await ready(deps, row, {
      bytes,
      files: manifest.files.length,
      contentBytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
      largest: largestOf(manifest.files),
    });
    await deps.files.dropCopy(tenantId);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await deps.store.delete(tenantId, row.id).catch(() => undefined);
    if (error instanceof ArchiveError || error instanceof ProfileFilesError)
      return fail(deps, row, error.message);
    deps.log.warn({ tenantId, snapshotId: row.id, err: error }, 'snapshot could not be stored yet');
    const problem = `The store of snapshots does not take it (${systemErrorCode(error)}).`;
    if (row.attempts + 1 >= maxAttempts) return fail(deps, row, problem);
    await change(deps, row, { problem, attempts: { increment: 1 } });
  }
}

async function ready(
  deps: TakeSnapshotDeps,
  { id, tenantId, trigger }: Snapshot,
  facts: { bytes: number; files: number; contentBytes: number; largest: { path: string; bytes: number }[] },
): Promise<void> {
  const now = deps.now();
  await deps.commit(async (tx) => {
    const { count } = await tx.snapshot.updateMany({
      where: { id },
      data: { ...facts, state: 'READY', readyAt: now, problem: null },
    });
    const data = { snapshotId: id, trigger, bytes: facts.bytes };
    const events =
      count === 0 ? [] : [{ tenantId: tenantId as TenantId, type: 'snapshot.taken' as const, at: now, data }];
    return { events, result: undefined };
  });
  deps.log.info({ tenantId, snapshotId: id, ...facts, largest: undefined }, 'snapshot stored');
}

async function fail(
  deps: TakeSnapshotDeps,
  { id, tenantId: owner }: Snapshot,
  problem: string,
): Promise<void> {
  const now = deps.now();
  const tenantId = owner as TenantId;
  await deps.files.dropCopy(tenantId).catch(() => undefined);
  await deps.commit(async (tx) => {
    const { count } = await tx.snapshot.updateMany({ where: { id }, data: { state: 'FAILED', problem } });
    const data = { snapshotId: id, verb: 'taken', problem };
    const events = count === 0 ? [] : [{ tenantId, type: 'snapshot.failed' as const, at: now, data }];
    return { events, result: undefined };
  });
  deps.log.warn({ tenantId, snapshotId: id, problem }, 'snapshot failed');
}

/** Deleted meanwhile, it stays so. */
async function change(
  { db }: TakeSnapshotDeps,
  { id }: Snapshot,
  data: Prisma.SnapshotUpdateManyMutationInput,
): Promise<void> {
  await db.snapshot.updateMany({ where: { id }, data });
}
