import { AppError, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { startedAfter, type SessionAct } from '../../supervisor/decide/session-act';
import { changeTenant, type LockedTenant, requireHere, type TenantChangeDeps } from './change-tenant';
import type { NewTenantEvent } from '../tenant-events';

/** By hand, a tenant's worker is restarted at most this often. */
const restartPauseMs = 30_000;

/** Who asks, in words that the tenant's people may read: an address of theirs, or `operator`. */
export type Actor = string;

/** The tenant's session is wanted, and whatever it was parked for is taken as dealt with. Repeats change nothing. */
export async function requestStart(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    const isWanted = tenant.desiredState === 'RUNNING' && tenant.parkedReason === null;
    if (isWanted && (await pendingActOf(tx, tenantId)) !== 'logout') return [];
    await wantRunning(tx, tenant, tenantId);
    return [requested(tenantId, now, 'start', by)];
  });
}

/**
 * A session that waits because WhatsApp was opened in another place is to be used here: it starts, and its page may take
 * over, once. From every other state, and when repeated, nothing changes.
 */
export async function requestTakeOver(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    if (tenant.parkedReason !== 'opened_elsewhere') return [];
    await wantRunning(tx, tenant, tenantId);
    await tx.whatsappSession.update({ where: { tenantId }, data: { takeOver: true } });
    return [requested(tenantId, now, 'take-over', by)];
  });
}

/** The tenant's session is not wanted; its link to the phone is kept. Repeats change nothing. */
export async function requestStop(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    if (tenant.desiredState === 'STOPPED') return [];
    await tx.tenant.update({ where: { id: tenantId }, data: { desiredState: 'STOPPED' } });
    await tx.whatsappSession.updateMany({ where: { tenantId }, data: { takeOver: false } });
    return [requested(tenantId, now, 'stop', by)];
  });
}

/**
 * The tenant's worker of now is to be replaced by a new one; a stopped or parked tenant is started.
 * @throws AppError TOO_SOON within 30 s of the last restart by hand, unless forced
 */
export async function requestRestart(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  by: Actor,
  options: { isForced: boolean },
): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    const waitMs = restartWaitMs(worker.lastManualRestartAt, now);
    if (waitMs > 0 && !options.isForced) throw new AppError('TOO_SOON', { retryAfterSeconds: waitMs / 1000 });
    await wantRunning(tx, tenant, tenantId);
    await tx.workerProcess.update({
      where: { tenantId },
      data: { replaceGeneration: worker.generation, lastManualRestartAt: now },
    });
    return [requested(tenantId, now, options.isForced ? 'force-restart' : 'restart', by)];
  });
}

/** How long until the next restart by hand, in milliseconds; 0 or less when one may be done now. */
export function restartWaitMs(lastManualRestartAt: Date | null, now: Date): number {
  return lastManualRestartAt === null ? 0 : lastManualRestartAt.getTime() + restartPauseMs - now.getTime();
}

async function wantRunning(tx: Transaction, tenant: LockedTenant, tenantId: TenantId): Promise<void> {
  requireHere(tenant);
  await tx.tenant.update({
    where: { id: tenantId },
    data: { desiredState: 'RUNNING', parkedReason: null },
  });
  const pendingAct = startedAfter(await pendingActOf(tx, tenantId));
  await tx.workerProcess.updateMany({ where: { tenantId }, data: { pendingAct } });
}

async function pendingActOf(tx: Transaction, tenantId: TenantId): Promise<SessionAct | null> {
  const { pendingAct } = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
  return pendingAct as SessionAct | null;
}

function requested(tenantId: TenantId, at: Date, action: string, by: Actor): NewTenantEvent {
  return { tenantId, type: 'action.requested', at, data: { action, by } };
}
