import type { TenantId } from '@wafleet/contracts';
import type { Prisma, Transaction } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { WorkerDriver } from '../../drivers/worker-driver';
import { refreshTenantStatus } from '../../sessions/refresh-tenant-status';
import type { RestoreSnapshot } from '../../snapshots/restore-snapshot';
import { lockTenant } from '../../tenants/changes/change-tenant';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { TenantRows } from '../decide/facts';
import type { SessionAct } from '../decide/session-act';
import { endWorker, type EndWorkerDeps } from '../end-worker';

/** What acts are made of; each step may be repeated. */

/** What supervision needs of snapshots. */
export interface SupervisedSnapshots {
  /** A worker was stopped and is proven dead. Never throws. */
  afterStop(tenantId: TenantId): Promise<void>;
  /** The snapshot that an operator asked to have restored. */
  asked(tenantId: TenantId): Promise<string | null>;
  restore: RestoreSnapshot;
}

export interface PerformActDeps extends EndWorkerDeps {
  driver: WorkerDriver;
  snapshots: SupervisedSnapshots;
  links: Pick<WorkerLinks, 'command'>;
  /** A graceful stop may take this long. */
  stopMs: number;
  log: Logger;
}

type WorkerColumns = Prisma.WorkerProcessUpdateManyMutationInput;

export const cleanSlate: WorkerColumns = {
  status: 'STOPPED',
  reason: null,
  detail: null,
  crashes: [],
  nextStartAt: null,
};

/** What the dead worker said last may still wait to be stored, and must not undo the reset. */
export function fenced({ worker }: TenantRows): WorkerColumns {
  return worker.generation === 0 ? {} : { generation: worker.generation + 1, tokenHash: null, lastSeq: 0 };
}

/** Every process is proven dead, and what only a live one needs is gone. */
export async function clearAway(
  deps: PerformActDeps,
  rows: TenantRows,
  { keepsLogin }: { keepsLogin: boolean } = { keepsLogin: false },
): Promise<void> {
  const { tenantId, worker } = rows;
  if (!worker.hasEnded && worker.generation > 0)
    await change(deps, rows, async (tx) => {
      await tx.workerProcess.updateMany({ where: rowOf(rows), data: { status: 'STOPPING' } });
      return [];
    });
  await deps.driver.stop(tenantId, deps.stopMs);
  if (keepsLogin) await deps.snapshots.afterStop(tenantId);
  if (worker.generation > 0)
    await endWorker(deps, tenantId, worker.generation, { crash: null, detail: null, exit: null });
  await deps.driver.clearTemp(tenantId);
}

/** The outcome and the end of the act together; a stronger act that was asked for meanwhile stays to be done. */
export async function finish(
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
