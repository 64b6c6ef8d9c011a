import {
  AppError,
  type ListOutagesQuery,
  type Outage,
  type OutageCause,
  type OutageDetail,
  type Page,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Outage as OutageRow } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import { decodeCursor, pageFrom } from '../page-cursor';

/** What is known of the times in which nobody listened. */
export interface OutageService {
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListOutagesQuery): Promise<Page<Outage>>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, outageId: string): Promise<OutageDetail>;
}

const outageIdPattern = /^out_[0-9a-z]{26}$/;
const maxChatsShown = 1_000;
const keepMs = 30 * 24 * 60 * 60 * 1_000;

export function createOutageService({ db }: { db: Database }): OutageService {
  return {
    async list(tenantId, { limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('outages', outageIdPattern, cursor);
      const rows = await db.outage.findMany({
        where: { tenantId, id: { lt: before } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('outages', rows, limit, ({ id }) => id);
      return { ...page, items: await views(page.items) };
    },

    async get(tenantId, outageId) {
      const row = await db.outage.findFirst({ where: { id: outageId, tenantId } });
      if (!row) throw new AppError('NOT_FOUND');
      const [view] = await views([row]);
      const perChat = await db.outageChat.findMany({
        where: { outageId },
        orderBy: [{ isComplete: 'asc' }, { recovered: 'desc' }, { chatId: 'asc' }],
        take: maxChatsShown,
        select: { chatId: true, recovered: true, isComplete: true },
      });
      return { ...(view as Outage), perChat };
    },
  };

  async function views(rows: readonly OutageRow[]): Promise<Outage[]> {
    const counts = await db.$queryRaw<{ id: string; chats: number; incomplete: number }[]>`
      SELECT outage_id AS id, count(*)::int AS chats,
        (count(*) FILTER (WHERE NOT COALESCE(is_complete, false)))::int AS incomplete
      FROM outage_chats WHERE outage_id = ANY(${rows.map(({ id }) => id)})
      GROUP BY outage_id`;
    const byId = new Map(counts.map((count) => [count.id, count]));
    return rows.map((row) => view(row, byId.get(row.id)));
  }
}

function view(row: OutageRow, counts: { chats: number; incomplete: number } | undefined): Outage {
  return {
    id: row.id,
    cause: row.cause as OutageCause,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    state: row.settledAt !== null ? 'recovered' : row.endedAt !== null ? 'interrupted' : 'reading',
    recovered: row.recovered,
    chats: counts?.chats ?? 0,
    incompleteChats: counts?.incomplete ?? 0,
  };
}

/** Forgets statements after a month. One that is still being read ends with the next outage. */
export function outageRetention(options: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'old outages',
    run: async () => {
      const endedAt = { lt: new Date(options.now().getTime() - keepMs) };
      await options.db.outage.deleteMany({ where: { endedAt } });
    },
  };
}
