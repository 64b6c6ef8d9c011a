import { incidentRules, type Reason, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { WorkerEnd } from '../drivers/worker-driver';
import type { NoteIncident } from '../incidents/note-incident';
import type { WorkerEvidence } from '../incidents/worker-evidence';
import { refreshTenantStatus } from '../sessions/refresh-tenant-status';
import { clearedCodes } from '../sessions/session-columns';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { NewTenantEvent } from '../tenants/tenant-events';
import type { RestartPolicy } from './decide/policy';
import { planRestart } from './decide/restart-policy';

export interface EndWorkerDeps {
  commit: CommitWithEvents;
  noteIncident: NoteIncident;
  workerEvidence: WorkerEvidence;
  restart: RestartPolicy;
  now: () => Date;
  random: () => number;
}

export interface EndOfWorker {
  /** Null when it was asked to end, or ended because a person is needed. */
  crash: 'worker_exited' | 'worker_hung' | 'out_of_memory' | null;
  /** What kept it from being started at all. */
  obstacle?: Reason;
  /** What the next one is started for; shown until that has opened its link. */
  replacedFor?: 'memory_recycle';
  detail: string | null;
  exit: WorkerEnd | null;
}

/**
 * Writes down that a generation is proven dead: its worker, its session, when it is started again. The first word
 * stays; repeats and words about an older generation change nothing.
 */
export async function endWorker(
  deps: EndWorkerDeps,
  tenantId: TenantId,
  generation: number,
  end: EndOfWorker,
): Promise<void> {
  const isTrouble = end.crash !== null || end.obstacle !== undefined;
  const evidence = isTrouble ? await deps.workerEvidence(tenantId, generation, end.exit) : null;
  const now = deps.now();
  await deps.commit(async (tx) => {
    const tenant = await lockTenant(tx, tenantId);
    const worker = await tx.workerProcess.findUnique({ where: { tenantId } });
    if (tenant === null || worker?.generation !== generation || worker.endedAt !== null)
      return { events: [], result: undefined };

    const columns = columnsAfter(deps, worker, end, now);
    await tx.workerProcess.update({
      where: { tenantId },
      data: { ...columns, detail: end.detail, endedAt: now, replaceGeneration: null },
    });
    await tx.tenant.update({ where: { id: tenantId }, data: { greenUntil: null } });
    const reason = columns.reason ?? (tenant.desiredState === 'STOPPED' ? 'stopped_by_user' : null);
    const events = await disconnectSession(tx, tenantId, reason, now);
    events.push({
      tenantId,
      type: 'worker.ended',
      at: now,
      data: {
        generation,
        reason: columns.reason,
        exitCode: end.exit?.code ?? null,
        signal: end.exit?.signal ?? null,
        restartInMs: columns.nextStartAt === null ? null : columns.nextStartAt.getTime() - now.getTime(),
      },
    });
    events.push(...(await refreshTenantStatus(tx, tenantId, now)));
    if (evidence !== null && columns.reason !== null && incidentRules[columns.reason] === 'at_once') {
      const trouble = { tenantId, generation, reason: columns.reason, detail: end.detail, at: now, evidence };
      const noScreenshot = end.obstacle === undefined ? 'the worker was gone' : 'no worker was started';
      events.push(
        ...(await deps.noteIncident(tx, { ...trouble, number: null, screenshot: null, noScreenshot })),
      );
    }
    return { events, result: undefined };
  });
}

function columnsAfter(
  deps: EndWorkerDeps,
  worker: { crashes: Date[]; healthySince: Date | null },
  { crash, obstacle, replacedFor }: EndOfWorker,
  now: Date,
) {
  if (obstacle !== undefined) return afterObstacle(deps, obstacle, now);
  if (crash !== null) return afterCrash(deps, worker, crash, now);
  return { status: 'STOPPED' as const, reason: replacedFor ?? null, crashes: [], nextStartAt: null };
}

/** What kept it from being started is no crash, and is looked at again soon: that somebody mended it shows at once. */
function afterObstacle(deps: EndWorkerDeps, obstacle: Reason, now: Date) {
  return {
    status: 'ERROR' as const,
    reason: obstacle,
    nextStartAt: new Date(now.getTime() + deps.restart.machineMs),
  };
}

function afterCrash(
  deps: EndWorkerDeps,
  worker: { crashes: Date[]; healthySince: Date | null },
  crash: Reason,
  now: Date,
) {
  const plan = planRestart(deps.restart, {
    now: now.getTime(),
    earlierCrashes: worker.crashes.map((moment) => moment.getTime()),
    healthySince: worker.healthySince?.getTime() ?? null,
    random: deps.random(),
  });
  return {
    status: 'ERROR' as const,
    reason: plan.isLooping ? ('crash_looping' as const) : crash,
    crashes: plan.crashes.map((moment) => new Date(moment)),
    nextStartAt: new Date(now.getTime() + plan.delayMs),
  };
}

/** A session that was over already keeps its reason: it says more than the end of the worker. */
export async function disconnectSession(
  tx: Transaction,
  tenantId: TenantId,
  reason: Reason | null,
  now: Date,
): Promise<NewTenantEvent[]> {
  const session = await tx.whatsappSession.findUnique({ where: { tenantId } });
  if (session === null || session.state === 'DISCONNECTED' || session.state === 'LOGGED_OUT') return [];
  await tx.whatsappSession.update({
    where: { tenantId },
    data: {
      state: 'DISCONNECTED',
      reason,
      detail: null,
      since: now,
      nextAttemptAt: null,
      syncPercent: null,
      ...clearedCodes,
    },
  });
  const data = { state: 'DISCONNECTED', reason, attempt: session.attempt, previous: session.state };
  return [{ tenantId, type: 'session.state', at: now, data }];
}
