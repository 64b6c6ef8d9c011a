import { randomBytes } from 'node:crypto';
import type { TenantId, WorkerBuild } from '@wafleet/contracts';
import { Prisma, type Database, type Transaction } from '@wafleet/db';
import { DriverError, type WorkerDriver } from '../drivers/worker-driver';
import type { Vault } from '../secrets/vault';
import { buildOfStart } from '../rollouts/worker-build';
import { refreshTenantStatus } from '../sessions/refresh-tenant-status';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { openProxyUrl } from '../tenants/tenant-proxy';
import { hashToken } from '../worker-link/admit-hello';
import { endWorker, type EndWorkerDeps } from './end-worker';
import type { TenantRows } from './decide/facts';

export interface StartWorkerDeps extends EndWorkerDeps {
  db: Pick<Database, 'rolloutItem' | 'instance'>;
  commit: CommitWithEvents;
  driver: WorkerDriver;
  vault: Pick<Vault, 'open'>;
  /** Tenants get system users from this number upwards; null where all share ours. */
  uidBase: number | null;
  now: () => Date;
}

/**
 * Starts the tenant's next generation. The intent is committed before the act: from then on the generation before can no
 * longer change state, whatever becomes of this start. What is no longer wanted by then is not started; what can't be
 * started is tried again soon.
 */
export async function startWorker(
  deps: StartWorkerDeps,
  rows: TenantRows,
  generation: number,
): Promise<void> {
  const { commit, driver, now } = deps;
  const { tenantId } = rows;
  const token = randomBytes(32).toString('base64url');
  // Asked before the transaction, and only where no rollout says which. Where there is none, the start itself fails and says so.
  const chosen = await buildOfStart(deps.db, tenantId);
  const configured = chosen === null ? await driver.findBuild(null).catch(() => null) : null;
  const intent = await commit(async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    const isWanted = tenant?.desiredState === 'RUNNING' && tenant.parkedReason === null;
    const build = await buildOfStart(tx, tenantId);
    const intended = { generation, tokenHash: hashToken(token), build: build ?? configured };
    const isNext = isWanted && (await writeIntent(tx, rows, intended, now()));
    if (!isNext) return { events: [], result: null };
    const osUid = deps.uidBase === null ? null : (rows.osUid ?? (await allotUid(tx, tenantId, deps.uidBase)));
    const { takeOver } = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
    // Read with the intent: a later change of it replaces this generation.
    const { proxySealed } = await tx.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      select: { proxySealed: true },
    });
    const result = { osUid, takeOver, proxySealed, build };
    return { events: await refreshTenantStatus(tx, tenantId, now()), result };
  });
  if (intent === null) return;

  try {
    if (rows.session.state === 'LOGGED_OUT') {
      await driver.kill(tenantId);
      await driver.setProfileAside(tenantId);
    }
    const proxyUrl = await openProxyUrl(deps.vault, tenantId, intent);
    const { osUid, takeOver, build } = intent;
    const { isLinked, linkIsDurable, state } = rows.session;
    const hasLogin = isLinked && linkIsDurable && state !== 'LOGGED_OUT';
    const own = { osUid, takeOver, hasLogin, proxyUrl, limits: rows.limits };
    const handle = await driver.start({ tenantId, generation, token, build, ...own });
    await commit(async (tx) => {
      await tx.workerProcess.updateMany({ where: { tenantId, generation }, data: { handle } });
      const data = { generation };
      return { events: [{ tenantId, type: 'worker.started', at: now(), data }], result: undefined };
    });
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    await endWorker(deps, tenantId, generation, {
      crash: null,
      obstacle: error.reason,
      detail: error.message,
      exit: null,
    });
  }
}

/** False when the row has moved on since it was read. */
async function writeIntent(
  tx: Transaction,
  { tenantId, worker, limits }: TenantRows,
  { generation, tokenHash, build }: { generation: number; tokenHash: string; build: WorkerBuild | null },
  now: Date,
): Promise<boolean> {
  const { tokenHash: previousTokenHash = null } =
    (await tx.workerProcess.findUnique({ where: { tenantId }, select: { tokenHash: true } })) ?? {};
  const isRepair = worker.status === 'ERROR' || worker.reason === 'memory_recycle';
  const { count } = await tx.workerProcess.updateMany({
    where: { tenantId, generation: generation - 1 },
    data: {
      generation,
      status: 'STARTING',
      ...(isRepair ? {} : { reason: null, detail: null }),
      tokenHash,
      previousTokenHash,
      buildName: build?.name ?? null,
      buildId: build?.id ?? null,
      limits: limits ?? Prisma.DbNull,
      lastSeq: 0,
      startedAt: now,
      healthySince: null,
      endedAt: null,
      nextStartAt: null,
      replaceGeneration: null,
      ...(worker.generation > 0 ? { restarts: { increment: 1 } } : {}),
    },
  });
  return count === 1;
}

/** Numbers only rise, so that no tenant gets a number under which files of another may still lie. */
export async function allotUid(tx: Transaction, tenantId: TenantId, base: number): Promise<number> {
  const { _max } = await tx.tenant.aggregate({ _max: { osUid: true } });
  const osUid = Math.max(base, (_max.osUid ?? 0) + 1);
  await tx.tenant.update({ where: { id: tenantId }, data: { osUid } });
  return osUid;
}
