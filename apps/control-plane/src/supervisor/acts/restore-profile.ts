import type { TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { noEvidence } from '../../incidents/evidence';
import { clearedCodes } from '../../sessions/session-columns';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import type { TenantRows } from '../decide/facts';
import { clearAway, cleanSlate, fenced, finish, type PerformActDeps } from './act-steps';

/**
 * Puts a snapshot in place of the profile: the one that was asked for, or the newest one by itself where the profile lost
 * its login. What can't be restored changes nothing; where nobody asked for it, a person is told why and has to choose.
 * @param automatic the snapshot where nobody asked
 */
export async function restoreProfile(
  deps: PerformActDeps,
  rows: TenantRows,
  automatic: string | null,
): Promise<void> {
  const { tenantId, osUid } = rows;
  const snapshotId = automatic ?? (await deps.snapshots.asked(tenantId));
  await clearAway(deps, rows);
  const problem =
    snapshotId === null
      ? 'The snapshot was deleted meanwhile.'
      : await deps.snapshots.restore({ tenantId, osUid }, snapshotId, { isAutomatic: automatic !== null });
  const columns = { ...cleanSlate, ...fenced(rows), restoreSnapshotId: null };
  await finish(deps, rows, 'restore', columns, async (tx, _tenantId, now) => {
    const id = snapshotId ?? '';
    if (problem !== null) return noteProblem(deps, tx, rows, { snapshotId: id, problem }, now);
    await tx.snapshot.updateMany({ where: { id }, data: { restoredAt: now, restoreProblem: null } });
    return noteRestored(tx, tenantId, { snapshotId: id, isAutomatic: automatic !== null }, now);
  });
}

/** The next start finds a login: a page that asks for a scan all the same says that this one is lost, too. */
async function noteRestored(
  tx: Transaction,
  tenantId: TenantId,
  data: { snapshotId: string; isAutomatic: boolean },
  now: Date,
): Promise<NewTenantEvent[]> {
  await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: null } });
  const before = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  await tx.whatsappSession.update({
    where: { tenantId },
    data: {
      state: 'DISCONNECTED',
      reason: null,
      detail: null,
      ...clearedCodes,
      since: now,
      attempt: 0,
      nextAttemptAt: null,
      linkIsDurable: true,
      takeOver: false,
      syncPercent: null,
    },
  });
  const told = { state: 'DISCONNECTED', reason: null, attempt: 0, previous: before.state };
  return [
    { tenantId, type: 'session.state', at: now, data: told },
    { tenantId, type: 'snapshot.restored', at: now, data },
  ];
}

async function noteProblem(
  deps: PerformActDeps,
  tx: Transaction,
  { tenantId, worker }: TenantRows,
  { snapshotId, problem }: { snapshotId: string; problem: string },
  now: Date,
): Promise<NewTenantEvent[]> {
  await tx.snapshot.updateMany({ where: { id: snapshotId }, data: { restoreProblem: problem } });
  const data = { snapshotId, verb: 'restored', problem };
  const event: NewTenantEvent = { tenantId, type: 'snapshot.failed', at: now, data };
  const { parkedReason } = await tx.tenant.findUniqueOrThrow({ where: { id: tenantId } });
  if (parkedReason !== 'profile_corrupt') return [event];
  const detail = `${problem} Restore another snapshot, or link the phone again.`;
  await tx.whatsappSession.update({ where: { tenantId }, data: { detail } });
  const trouble = {
    tenantId,
    generation: worker.generation,
    reason: 'profile_corrupt' as const,
    detail,
    at: now,
  };
  const found = { evidence: noEvidence, screenshot: null, noScreenshot: 'no worker was started' };
  return [event, ...(await deps.noteIncident(tx, { ...trouble, ...found, number: null }))];
}
