import type { Reason } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { WorkerEnd } from '../drivers/worker-driver';
import { refreshTenantStatus } from '../sessions/refresh-tenant-status';
import { lockTenant } from '../tenants/changes/change-tenant';
import { disconnectSession, endWorker } from './end-worker';
import type { TenantFacts, TenantRows } from './decide/facts';
import { noteDevice } from '../privacy/erasures';
import type { PerformActDeps } from './acts/act-steps';
import { performAct, signOut } from './acts/perform-act';
import { restoreProfile } from './acts/restore-profile';
import { eraseTenant, type EraseTenantDeps } from './erase-tenant';
import type { Action } from './decide/reconcile';
import { startWorker, type StartWorkerDeps } from './start-worker';

export interface ApplyActionDeps
  extends StartWorkerDeps, PerformActDeps, Pick<EraseTenantDeps, 'forgetTenant'> {
  db: Database;
  log: Logger;
}

type RealAction = Exclude<Action, { kind: 'none' | 'wait' }>;

/** Does what was decided. What an act changes is written before it, what it led to is written after it. */
export async function applyAction(
  deps: ApplyActionDeps,
  rows: TenantRows,
  facts: TenantFacts,
  action: RealAction,
): Promise<void> {
  const { tenantId, worker } = rows;
  switch (action.kind) {
    case 'start':
      return startWorker(deps, rows, action.generation);

    case 'adopt':
      deps.log.info({ tenantId, generation: worker.generation }, 'worker adopted');
      return changeWorker(deps, rows, (now) => ({
        status: facts.link.current === null ? 'STARTING' : 'RUNNING',
        reason: null,
        detail: null,
        endedAt: null,
        healthySince: worker.healthySince === null ? now : new Date(worker.healthySince),
      }));

    case 'stop':
      if (rows.desiredState === 'ERASED') await unlink(deps, rows, facts);
      return stopWorker(deps, rows);

    case 'recycle':
      return recycleWorker(deps, rows);

    case 'replace':
      deps.log.info({ tenantId, generation: worker.generation }, 'worker gets the limits of its tenant');
      return changeWorker(deps, rows, () => ({ replaceGeneration: worker.generation }));

    case 'act':
      return performAct(deps, rows, facts, action.act);

    case 'kill':
      return kill(deps, rows, facts, action);

    case 'park':
      return parkUnscanned(deps, rows, action.reason);

    case 'record_end': {
      // The worker is dead; a browser that outlived it is not, and would hold the profile.
      await deps.driver.kill(tenantId);
      const exit = facts.observed.state === 'stopped' ? facts.observed.exit : null;
      const detail = action.crash === null ? null : describeExit(exit);
      return endWorker(deps, tenantId, worker.generation, { crash: action.crash, detail, exit });
    }

    case 'settle':
      return changeWorker(deps, rows, () => ({
        status: 'STOPPED',
        reason: null,
        detail: null,
        crashes: [],
        nextStartAt: null,
      }));

    case 'restore':
      return restoreProfile(deps, rows, action.snapshotId);

    case 'remove':
      return eraseTenant(deps, tenantId);
  }
}

/** Of a tenant that is being erased, as far as its worker can; the receipt says what came of it. */
async function unlink(deps: ApplyActionDeps, rows: TenantRows, facts: TenantFacts): Promise<void> {
  if (!rows.session.isLinked || facts.link.current === null) return;
  const isUnlinked = await signOut(deps, rows.tenantId);
  await noteDevice(deps.db, rows.tenantId, isUnlinked ? 'unlinked' : 'not_unlinked');
}

/** That a start waits for its turn; told once, and not over a reason that says more. */
export async function noteCapacityWait(deps: ApplyActionDeps, rows: TenantRows): Promise<void> {
  if (rows.worker.reason !== null) return;
  await changeWorker(deps, rows, () => ({ reason: 'capacity_wait' }));
}

/** Returns once the worker is proven dead and its end is written down. */
export async function stopWorker(deps: ApplyActionDeps, rows: TenantRows): Promise<void> {
  const { tenantId, worker } = rows;
  await changeWorker(deps, rows, () => ({ status: 'STOPPING', reason: null, detail: null }));
  await deps.driver.stop(tenantId, deps.stopMs);
  await deps.snapshots.afterStop(tenantId);
  await endWorker(deps, tenantId, worker.generation, { crash: null, detail: null, exit: null });
}

/** Nothing crashed: the session comes back without a scan, and nothing is counted against it. */
async function recycleWorker(deps: ApplyActionDeps, rows: TenantRows): Promise<void> {
  const { tenantId, worker } = rows;
  const { generation } = worker;
  const megabytes = Math.round((rows.memory?.bytes ?? 0) / 1024 / 1024);
  const detail = `The session used ${megabytes} MB.`;
  deps.log.info({ tenantId, generation, megabytes }, 'worker is recycled');
  const reason = 'memory_recycle' as const;
  await changeWorker(deps, rows, () => ({
    status: 'STOPPING',
    reason,
    detail,
    replaceGeneration: generation,
  }));
  await deps.driver.stop(tenantId, deps.stopMs);
  await endWorker(deps, tenantId, generation, { crash: null, replacedFor: reason, detail, exit: null });
}

async function kill(
  deps: ApplyActionDeps,
  rows: TenantRows,
  { observed }: TenantFacts,
  { reason, detail = null }: Extract<Action, { kind: 'kill' }>,
): Promise<void> {
  const { tenantId, worker } = rows;
  const isOurs = observed.state === 'running' && observed.generation === worker.generation;
  deps.log.warn({ tenantId, generation: worker.generation, reason, detail }, 'worker is killed');
  if (isOurs) await changeWorker(deps, rows, () => ({ status: 'ERROR', reason, detail }));
  await deps.driver.kill(tenantId);
  const exit = { code: null, signal: 'SIGKILL' };
  if (isOurs) await endWorker(deps, tenantId, worker.generation, { crash: reason, detail, exit });
}

/**
 * Parked first: whatever interrupts this, no worker starts, and the live one is stopped by the next pass. Somebody may
 * have scanned the code in the meantime, after all.
 */
async function parkUnscanned(deps: ApplyActionDeps, rows: TenantRows, reason: 'qr_expired'): Promise<void> {
  const { tenantId, worker } = rows;
  const now = deps.now();
  const isParked = await deps.commit(async (tx) => {
    await lockTenant(tx, tenantId);
    const isUnscanned = { state: 'QR_READY' as const, since: new Date(rows.session.since) };
    const { count } = await tx.tenant.updateMany({
      where: { id: tenantId, worker: { generation: worker.generation }, session: isUnscanned },
      data: { parkedReason: reason },
    });
    if (count === 0) return { events: [], result: false };
    const events = await disconnectSession(tx, tenantId, reason, now);
    return { events: [...events, ...(await refreshTenantStatus(tx, tenantId, now))], result: true };
  });
  if (!isParked) return;
  deps.log.info({ tenantId, generation: worker.generation }, 'unscanned codes are shown no longer');
  await deps.driver.stop(tenantId, deps.stopMs);
  await endWorker(deps, tenantId, worker.generation, { crash: null, detail: null, exit: null });
}

type WorkerColumns = Parameters<Transaction['workerProcess']['updateMany']>[0]['data'] & {
  reason?: Reason | null;
};

/** Changes the row of the very generation that was decided about. */
async function changeWorker(
  deps: ApplyActionDeps,
  { tenantId, worker }: TenantRows,
  columns: (now: Date) => WorkerColumns,
): Promise<void> {
  const now = deps.now();
  await deps.commit(async (tx) => {
    await lockTenant(tx, tenantId);
    const { count } = await tx.workerProcess.updateMany({
      where: { tenantId, generation: worker.generation },
      data: columns(now),
    });
    const events = count === 0 ? [] : await refreshTenantStatus(tx, tenantId, now);
    return { events, result: undefined };
  });
}

function describeExit(exit: WorkerEnd | null): string | null {
  if (exit === null) return null;
  if (exit.signal !== null) return `The process was ended by ${exit.signal}.`;
  return exit.code === null ? null : `The process ended with code ${exit.code}.`;
}
