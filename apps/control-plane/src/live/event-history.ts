import type { ListEventsQuery, Page, TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import type { Database, TenantEvent as TenantEventRow } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';
import { formatEventId } from './event-id';

/**
 * Reads the stored story of tenants. Numbers are committed in their order (recordTenantEvents sees to it), so whoever
 * has read up to one has everything before it.
 */
export interface EventHistory {
  /** The numbers of the oldest and the newest event that are stored; 0 when there is none. */
  bounds(): Promise<{ oldest: bigint; newest: bigint }>;
  /** The oldest events after this number, at most `limit`. */
  after(seq: bigint, tenantId: TenantId | null, limit: number): Promise<TenantEvent[]>;
  /** One tenant's events, newest first; only those of before a time, where one is named. */
  page(
    tenantId: TenantId,
    query: ListEventsQuery & { before?: string | undefined },
  ): Promise<Page<TenantEvent>>;
}

export function createEventHistory(deps: { db: Database; epoch: string }): EventHistory {
  const { db, epoch } = deps;
  const view = (row: TenantEventRow): TenantEvent => ({
    id: formatEventId(epoch, row.seq),
    type: row.type as TenantEventType,
    tenantId: row.tenantId,
    at: row.at.toISOString(),
    data: row.data as Record<string, unknown>,
  });

  return {
    async bounds() {
      const { _min, _max } = await db.tenantEvent.aggregate({ _min: { seq: true }, _max: { seq: true } });
      return { oldest: _min.seq ?? 0n, newest: _max.seq ?? 0n };
    },

    async after(seq, tenantId, limit) {
      const rows = await db.tenantEvent.findMany({
        where: { seq: { gt: seq }, ...(tenantId === null ? {} : { tenantId }) },
        orderBy: { seq: 'asc' },
        take: limit,
      });
      return rows.map(view);
    },

    async page(tenantId, { type, limit, cursor, before: until }) {
      const before = cursor === undefined ? undefined : BigInt(decodeCursor('events', /^\d{1,18}$/, cursor));
      const rows = await db.tenantEvent.findMany({
        where: {
          tenantId,
          ...(type === undefined ? {} : { type }),
          ...(before === undefined ? {} : { seq: { lt: before } }),
          ...(until === undefined ? {} : { at: { lt: until } }),
        },
        orderBy: { seq: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('events', rows, limit, ({ seq }) => String(seq));
      return { ...page, items: page.items.map(view) };
    },
  };
}
