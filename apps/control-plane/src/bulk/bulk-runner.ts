import { AppError, type BulkAction, errors, type TenantId } from '@wafleet/contracts';
import type { BulkItem, BulkJob, Database, Prisma } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { ExportService } from '../privacy/export/export-service';
import { createSweep, type Sweep } from '../scheduling/sweep';
import type { SnapshotService } from '../snapshots/snapshot-service';
import { lockTenant, type TenantChangeDeps } from '../tenants/changes/change-tenant';
import { requestRestart, requestStart, requestStop } from '../tenants/changes/request-run';
import { effectiveStatus } from '../tenants/status/tenant-status';
import { copyOutcome, type ItemOutcome, itemOutcome } from './item-outcome';

/** Carries out what was asked for of many tenants, so many at a time; README.md says what always holds. */
export interface BulkRunner extends Sweep {
  /** There is something to do. */
  wake(): void;
}

const lookEveryMs = 1_000;
/** As the tenant's people read who asked; the job itself says who. */
const operator = 'operator';

export function createBulkRunner(
  deps: TenantChangeDeps & {
    db: Database;
    snapshots: Pick<SnapshotService, 'take'>;
    exports: Pick<ExportService, 'request'>;
    log: Logger;
  },
): BulkRunner {
  const { db, now } = deps;
  /** Everything that makes work goes through this process, so that it need not look for it. */
  let mayHaveWork = true;
  const sweep = createSweep({
    everyMs: lookEveryMs,
    work: lookIfNeeded,
    outage: createOutageLog(deps.log, 'database for bulk jobs'),
  });
  return { ...sweep, wake: () => void (mayHaveWork = true) };

  async function lookIfNeeded(): Promise<void> {
    if (!mayHaveWork) return;
    mayHaveWork = false;
    try {
      const open = await db.bulkJob.findMany({ where: { endedAt: null }, orderBy: { id: 'asc' } });
      if (open.length > 0) mayHaveWork = true;
      for (const job of open) await advance(job);
    } catch (error) {
      mayHaveWork = true;
      throw error;
    }
  }

  async function advance(job: BulkJob): Promise<void> {
    const underWay = await settle(job);
    const next = await db.bulkItem.findMany({
      where: { jobId: job.id, state: 'WAITING' },
      orderBy: { place: 'asc' },
      take: Math.max(0, job.atOnce - underWay),
    });
    await Promise.all(next.map(({ place, tenantId }) => begin(job, place, tenantId as TenantId)));
    // Only where nothing is open by now: a retry may have come meanwhile.
    await db.bulkJob.updateMany({
      where: {
        id: job.id,
        endedAt: null,
        items: { none: { state: { in: ['WAITING', 'UNDER_WAY'] } } },
      },
      data: { endedAt: now() },
    });
  }

  /** Writes down what came of those that were under way, and returns how many still are. */
  async function settle(job: BulkJob): Promise<number> {
    const items = await db.bulkItem.findMany({
      where: { jobId: job.id, state: 'UNDER_WAY' },
      include: { tenant: { include: { worker: true } } },
    });
    let left = 0;
    for (const item of items) {
      const outcome = await outcomeOf(job, item);
      if (outcome.kind === 'wait') left++;
      else await end(job, item.place, outcome.kind === 'done' ? 'DONE' : 'FAILED', outcome.outcome);
    }
    return left;
  }

  async function outcomeOf(
    { action }: BulkJob,
    item: BulkItem & { tenant: TenantWithWorker },
  ): Promise<ItemOutcome> {
    const { tenant, generation, begunAt, copyId } = item;
    if (action === 'snapshot' || action === 'export') {
      // A crash came between: asked again, one that is under way is the answer.
      if (copyId === null) return askedFor(item, action);
      const find = { where: { id: copyId } };
      return copyOutcome(
        action === 'snapshot' ? await db.snapshot.findUnique(find) : await db.export.findUnique(find),
      );
    }
    const { status, reason } = effectiveStatus(tenant, now());
    return itemOutcome({
      action,
      status,
      reason,
      workerStatus: tenant.worker?.status ?? 'STOPPED',
      generation: tenant.worker?.generation ?? 0,
      generationBefore: generation ?? 0,
      waitedMs: now().getTime() - (begunAt ?? now()).getTime(),
    });
  }

  /** What is wanted of the tenant, and that it was asked for, are committed together or not at all. */
  async function begin(job: BulkJob, place: number, tenantId: TenantId): Promise<void> {
    const { action } = job;
    if (action === 'snapshot' || action === 'export') return beginCopy(job, place, action);
    const once: TenantChangeDeps = {
      ...deps,
      commit: (change) =>
        deps.commit(async (tx) => {
          await lockTenant(tx, tenantId);
          const worker = await tx.workerProcess.findUnique({ where: { tenantId } });
          const { count } = await tx.bulkItem.updateMany({
            where: { jobId: job.id, place, state: 'WAITING' },
            data: { state: 'UNDER_WAY', begunAt: now(), generation: worker?.generation ?? 0 },
          });
          return count === 0 ? { events: [], result: undefined as never } : change(tx);
        }),
    };
    try {
      await request(once, action, tenantId);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await end(job, place, 'FAILED', errors[error.code].title);
    }
  }

  /** A snapshot or an export: its own lane carries it out, and its row says what came of it. */
  async function beginCopy(job: BulkJob, place: number, action: CopyAction): Promise<void> {
    const { count } = await db.bulkItem.updateMany({
      where: { jobId: job.id, place, state: 'WAITING' },
      data: { state: 'UNDER_WAY', begunAt: now() },
    });
    if (count === 0) return;
    const item = await db.bulkItem.findUniqueOrThrow({ where: { jobId_place: { jobId: job.id, place } } });
    const outcome = await askedFor(item, action);
    if (outcome.kind === 'failed') await end(job, place, 'FAILED', outcome.outcome);
  }

  async function askedFor({ jobId, place, ...item }: BulkItem, action: CopyAction): Promise<ItemOutcome> {
    const tenantId = item.tenantId as TenantId;
    try {
      const { id: copyId } =
        action === 'snapshot'
          ? await deps.snapshots.take(tenantId)
          : await deps.exports.request(tenantId, {}, operator);
      await db.bulkItem.updateMany({ where: { jobId, place }, data: { copyId } });
      return { kind: 'wait' };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { kind: 'failed', outcome: errors[error.code].title };
    }
  }

  async function end(
    { id: jobId }: BulkJob,
    place: number,
    state: 'DONE' | 'FAILED',
    outcome: string | null,
  ): Promise<void> {
    await db.bulkItem.updateMany({
      where: { jobId, place, state: { in: ['WAITING', 'UNDER_WAY'] } },
      data: { state, outcome, endedAt: now() },
    });
  }
}

type CopyAction = 'snapshot' | 'export';
type TenantWithWorker = Prisma.TenantGetPayload<{ include: { worker: true } }>;

function request(
  deps: TenantChangeDeps,
  action: Exclude<BulkAction, CopyAction>,
  tenantId: TenantId,
): Promise<void> {
  switch (action) {
    case 'start':
      return requestStart(deps, tenantId, operator);
    case 'stop':
      return requestStop(deps, tenantId, operator);
    case 'restart':
      return requestRestart(deps, tenantId, operator, { isForced: false });
  }
}
