import {
  AppError,
  type BulkItem,
  bulkItemStates,
  type BulkJob,
  type CreateBulkJob,
  idPrefixes,
  type ListBulkItemsQuery,
  type ListBulkJobsQuery,
  type Page,
} from '@wafleet/contracts';
import type { BulkJob as BulkJobRow, Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';

/** What callers may ask of actions on many tenants. Unknown jobs reject with AppError NOT_FOUND. */
export interface BulkService {
  /**
   * Tenants that are not there are left out.
   * @throws AppError INVALID_INPUT where none is there, TOO_MANY while enough jobs are under way
   */
  create(input: CreateBulkJob, by: string): Promise<BulkJob>;
  list(query: ListBulkJobsQuery): Promise<Page<BulkJob>>;
  get(jobId: string): Promise<BulkJob>;
  items(jobId: string, query: ListBulkItemsQuery): Promise<Page<BulkItem>>;
  /** What waits is skipped; what is under way goes on. Repeats change nothing. */
  stop(jobId: string): Promise<BulkJob>;
  /** What failed is tried again; where nothing did, nothing changes. */
  retry(jobId: string): Promise<BulkJob>;
}

const maxOpenJobs = 20;

export function createBulkService(deps: {
  db: Database;
  /** There is something to do. */
  wake: () => void;
  newId: NewId;
  now: () => Date;
}): BulkService {
  const { db, wake, newId, now } = deps;

  const get = async (jobId: string): Promise<BulkJob> => {
    const row = await db.bulkJob.findUnique({ where: { id: jobId } });
    if (row === null) throw new AppError('NOT_FOUND');
    return (await views([row]))[0] as BulkJob;
  };

  return {
    get,

    async create({ action, tenantIds, atOnce }, by) {
      if ((await db.bulkJob.count({ where: { endedAt: null } })) >= maxOpenJobs)
        throw new AppError('TOO_MANY');
      const known = await db.tenant.findMany({ where: { id: { in: tenantIds } }, select: { id: true } });
      if (known.length === 0) {
        const message = 'names no tenant that is there';
        throw new AppError('INVALID_INPUT', { fields: [{ field: 'tenantIds', message }] });
      }
      const isKnown = new Set(known.map(({ id }) => id));
      const ids = [...new Set(tenantIds)].filter((id) => isKnown.has(id));
      const id = newId(idPrefixes.bulkJob);
      await db.bulkJob.create({
        data: {
          id,
          action,
          by,
          atOnce,
          createdAt: now(),
          items: { createMany: { data: ids.map((tenantId, place) => ({ place, tenantId })) } },
        },
      });
      wake();
      return get(id);
    },

    async list({ limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('bulk', /^blk_\w{26}$/, cursor);
      const rows = await db.bulkJob.findMany({
        where: { id: { lt: before } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('bulk', rows, limit, ({ id }) => id);
      return { ...page, items: await views(page.items) };
    },

    async items(jobId, { state, limit, cursor }) {
      await get(jobId);
      const after = cursor === undefined ? -1 : Number(decodeCursor('bulk-items', /^\d{1,6}$/, cursor));
      const rows = await db.bulkItem.findMany({
        where: { jobId, place: { gt: after }, ...(state === undefined ? {} : { state }) },
        include: { tenant: { select: { name: true } } },
        orderBy: { place: 'asc' },
        take: limit + 1,
      });
      const page = pageFrom('bulk-items', rows, limit, ({ place }) => String(place));
      const items = page.items.map((row) => ({
        tenantId: row.tenantId,
        tenantName: row.tenant.name,
        state: row.state,
        outcome: row.outcome,
        begunAt: row.begunAt?.toISOString() ?? null,
        endedAt: row.endedAt?.toISOString() ?? null,
      }));
      return { ...page, items };
    },

    async stop(jobId) {
      const at = now();
      await db.$transaction([
        db.bulkJob.updateMany({
          where: { id: jobId, endedAt: null, stoppedAt: null },
          data: { stoppedAt: at },
        }),
        db.bulkItem.updateMany({
          where: { jobId, state: 'WAITING' },
          data: { state: 'SKIPPED', endedAt: at, outcome: 'The rest was stopped.' },
        }),
      ]);
      wake();
      return get(jobId);
    },

    async retry(jobId) {
      await db.$transaction(async (tx) => {
        const { count } = await tx.bulkItem.updateMany({
          where: { jobId, state: 'FAILED' },
          data: {
            state: 'WAITING',
            generation: null,
            copyId: null,
            begunAt: null,
            endedAt: null,
            outcome: null,
          },
        });
        if (count > 0)
          await tx.bulkJob.update({ where: { id: jobId }, data: { endedAt: null, stoppedAt: null } });
      });
      wake();
      return get(jobId);
    },
  };

  async function views(rows: readonly BulkJobRow[]): Promise<BulkJob[]> {
    const counts = await db.bulkItem.groupBy({
      by: ['jobId', 'state'],
      where: { jobId: { in: rows.map(({ id }) => id) } },
      _count: true,
    });
    const countOf = (jobId: string, state: string) =>
      counts.find((one) => one.jobId === jobId && one.state === state)?._count ?? 0;
    return rows.map((row) => ({
      id: row.id,
      action: row.action,
      by: row.by,
      atOnce: row.atOnce,
      createdAt: row.createdAt.toISOString(),
      stoppedAt: row.stoppedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      counts: Object.fromEntries(
        bulkItemStates.map((state) => [state, countOf(row.id, state)]),
      ) as BulkJob['counts'],
    }));
  }
}
