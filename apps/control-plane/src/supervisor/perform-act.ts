import { randomUUID } from 'node:crypto';
import { AppError, type TenantId } from '@wafleet/contracts';
import type { Prisma, Transaction } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { WorkerDriver } from '../drivers/worker-driver';
import { refreshTenantStatus } from '../sessions/refresh-tenant-status';
import { clearedCodes } from '../sessions/session-columns';
import { lockTenant } from '../tenants/change-tenant';
import type { NewTenantEvent } from '../tenants/tenant-events';
import type { WorkerLinks } from '../worker-link/worker-links';
import { endWorker, type EndWorkerDeps } from './end-worker';
import type { TenantFacts, TenantRows } from './facts';
import type { SessionAct } from './session-act';

export interface PerformActDeps extends EndWorkerDeps {
  driver: WorkerDriver;
  links: Pick<WorkerLinks, 'command'>;
  /** A graceful stop may take this long. */
  stopMs: number;
  log: Logger;
}

type WorkerColumns = Prisma.WorkerProcessUpdateManyMutationInput;

const commandTimeoutMs = 10_000;

/**
 * Does what an operator asked for. It is taken from the row only with its outcome, so whatever interrupts it, it is
 * done again from the beginning; every step of it may be repeated.
 */
export async function performAct(
  deps: PerformActDeps,
  rows: TenantRows,
  facts: TenantFacts,
  act: SessionAct,
): Promise<void> {
  deps.log.info({ tenantId: rows.tenantId, act }, 'act begins');
  switch (act) {
    case 'reset_reconnect':
      return facts.observed.state === 'running' ? resetInWorker(deps, rows) : resetRestarts(deps, rows);

    case 'force_cleanup':
      await clearAway(deps, rows);
      return finish(deps, rows, act, cleanSlate);

    case 'reset':
      if (rows.session.isLinked && facts.link.current !== null) await signOut(deps, rows.tenantId);
      await clearAway(deps, rows);
      await deps.driver.setProfileAside(rows.tenantId);
      return finish(deps, rows, act, { ...cleanSlate, ...fenced(rows) }, forgetLogin);

    case 'refuse_link':
      if (facts.link.current !== null) await signOut(deps, rows.tenantId, 'number_in_use');
      await clearAway(deps, rows);
      await deps.driver.setProfileAside(rows.tenantId);
      return finish(deps, rows, act, { ...cleanSlate, ...fenced(rows) }, refuseLogin);
  }
}

const cleanSlate: WorkerColumns = {
  status: 'STOPPED',
  reason: null,
  detail: null,
  crashes: [],
  nextStartAt: null,
};

/** What the dead worker said last may still wait to be stored, and must not undo the reset. */
function fenced({ worker }: TenantRows): WorkerColumns {
  return worker.generation === 0 ? {} : { generation: worker.generation + 1, tokenHash: null, lastSeq: 0 };
}

/** A worker that is too old to know the command is replaced: the new one starts counting anew. */
async function resetInWorker(deps: PerformActDeps, rows: TenantRows): Promise<void> {
  const { tenantId, worker } = rows;
  const command = { kind: 'session.reset_reconnect' as const };
  const { result } = await deps.links.command(tenantId, commandId(), command, commandTimeoutMs);
  if (result.ok) return finish(deps, rows, 'reset_reconnect', { crashes: [] });
  deps.log.warn({ tenantId, code: result.code }, 'worker can not reset its reconnecting; it is replaced');
  const columns = { crashes: [], replaceGeneration: worker.generation };
  return finish(deps, rows, 'reset_reconnect', columns, forgetAttempts);
}

async function resetRestarts(deps: PerformActDeps, rows: TenantRows): Promise<void> {
  // A loop is a matter of counted crashes; without them it was a crash.
  const reason = rows.worker.reason === 'crash_looping' ? 'worker_exited' : rows.worker.reason;
  await finish(deps, rows, 'reset_reconnect', { reason, crashes: [], nextStartAt: null }, forgetAttempts);
}

/** As far as the worker can: whatever becomes of it, the profile with the login is set aside. */
async function signOut(deps: PerformActDeps, tenantId: TenantId, reason?: 'number_in_use'): Promise<void> {
  try {
    const command = { kind: 'session.logout' as const, reason };
    await deps.links.command(tenantId, commandId(), command, commandTimeoutMs);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn({ tenantId, err: error }, 'WhatsApp could not be told of the sign-out');
  }
}

/** Every process is proven dead, and what only a live one needs is gone. */
async function clearAway(deps: PerformActDeps, rows: TenantRows): Promise<void> {
  const { tenantId, worker } = rows;
  if (!worker.hasEnded && worker.generation > 0)
    await change(deps, rows, async (tx) => {
      await tx.workerProcess.updateMany({ where: rowOf(rows), data: { status: 'STOPPING' } });
      return [];
    });
  await deps.driver.stop(tenantId, deps.stopMs);
  if (worker.generation > 0)
    await endWorker(deps, tenantId, worker.generation, { crash: null, detail: null, exit: null });
  await deps.driver.clearTemp(tenantId);
}

/** The outcome and the end of the act together; a stronger act that was asked for meanwhile stays to be done. */
async function finish(
  deps: PerformActDeps,
  rows: TenantRows,
  act: SessionAct,
  columns: WorkerColumns,
  also: (tx: Transaction, tenantId: TenantId, now: Date) => Promise<NewTenantEvent[]> = async () => [],
): Promise<void> {
  await change(deps, rows, async (tx, now) => {
    const { count } = await tx.workerProcess.updateMany({ where: rowOf(rows), data: columns });
    if (count === 0) return [];
    await tx.workerProcess.updateMany({
      where: { tenantId: rows.tenantId, pendingAct: act },
      data: { pendingAct: null },
    });
    return also(tx, rows.tenantId, now);
  });
}

async function forgetAttempts(tx: Transaction, tenantId: TenantId): Promise<NewTenantEvent[]> {
  await tx.whatsappSession.update({ where: { tenantId }, data: { attempt: 0, nextAttemptAt: null } });
  return [];
}

/** The session as before its first link; messages stay, and with them the account that they came by. */
async function forgetLogin(tx: Transaction, tenantId: TenantId, now: Date): Promise<NewTenantEvent[]> {
  const before = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  if (before.accountId !== null)
    await tx.account.update({ where: { id: before.accountId }, data: { unlinkedAt: now } });
  const cleared = { state: 'DISCONNECTED' as const, reason: null, attempt: 0 };
  await tx.whatsappSession.update({
    where: { tenantId },
    data: {
      ...cleared,
      ...clearedCodes,
      detail: null,
      since: now,
      nextAttemptAt: null,
      accountId: null,
      linkIsDurable: false,
      takeOver: false,
      syncPercent: null,
    },
  });
  await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: null } });
  return [{ tenantId, type: 'session.state', at: now, data: { ...cleared, previous: before.state } }];
}

/** What the worker said of its logout stays; one that could say nothing leaves the device on the phone's list. */
async function refuseLogin(tx: Transaction, tenantId: TenantId, now: Date): Promise<NewTenantEvent[]> {
  await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: 'number_in_use' } });
  const before = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  if (before.state === 'LOGGED_OUT') return [];
  const ended = { state: 'LOGGED_OUT' as const, reason: 'number_in_use', attempt: 0 };
  await tx.whatsappSession.update({
    where: { tenantId },
    data: {
      ...ended,
      detail: 'WhatsApp could not be told; remove the device on the phone as well',
      since: now,
      nextAttemptAt: null,
    },
  });
  return [{ tenantId, type: 'session.state', at: now, data: { ...ended, previous: before.state } }];
}

async function change(
  deps: PerformActDeps,
  { tenantId }: TenantRows,
  write: (tx: Transaction, now: Date) => Promise<NewTenantEvent[]>,
): Promise<void> {
  const now = deps.now();
  await deps.commit(async (tx) => {
    if ((await lockTenant(tx, tenantId)) === null) return { events: [], result: undefined };
    const own = await write(tx, now);
    return { events: [...own, ...(await refreshTenantStatus(tx, tenantId, now))], result: undefined };
  });
}

/** The row of the very generation that was decided about. */
function rowOf({ tenantId, worker }: TenantRows) {
  return { tenantId, generation: worker.generation };
}

function commandId(): string {
  return `cmd_${randomUUID()}`;
}
