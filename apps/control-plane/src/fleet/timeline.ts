import type { HistoryRange, Reason, TenantEvent, TenantId, TenantStatus, Timeline } from '@wafleet/contracts';
import type { Database, TenantEvent as TenantEventRow } from '@wafleet/db';
import { formatEventId } from '../live/event-id';
import { rangeMs } from '../usage/history-range';
import { statusBand } from './status-band';

export interface TimelineReader {
  read(tenantId: TenantId, range: HistoryRange): Promise<Timeline>;
}

const maxEvents = 1_000;

export function createTimelineReader(deps: { db: Database; epoch: string; now: () => Date }): TimelineReader {
  const { db, epoch } = deps;

  return {
    async read(tenantId, range) {
      const to = deps.now();
      const from = new Date(to.getTime() - rangeMs[range]);
      const stored = await db.$queryRaw<TenantEventRow[]>`
        SELECT seq, tenant_id AS "tenantId", type, at, data FROM tenant_events
        WHERE tenant_id = ${tenantId} AND at >= ${from} AND type NOT LIKE 'message.%'
          AND type NOT IN ('session.qr', 'media.stored', 'media.failed')
        ORDER BY at DESC, seq DESC LIMIT ${maxEvents + 1}`;
      const isCut = stored.length > maxEvents;
      const events = stored.slice(0, maxEvents).map(view);
      const before = isCut ? null : await statusBefore(tenantId, from);
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        band: statusBand(before, events, { from: from.toISOString(), to: to.toISOString() }),
        events,
        isCut,
      };
    },
  };

  /** What it was when the time that is asked for began; null where that is not known any more. */
  async function statusBefore(tenantId: TenantId, from: Date) {
    const [last] = await db.$queryRaw<{ data: unknown }[]>`
      SELECT data FROM tenant_events
      WHERE tenant_id = ${tenantId} AND at < ${from} AND type NOT LIKE 'message.%' AND type = 'tenant.status'
      ORDER BY at DESC, seq DESC LIMIT 1`;
    return last ? (last.data as { status: TenantStatus; reason: Reason | null }) : null;
  }

  function view(row: TenantEventRow): TenantEvent {
    return {
      id: formatEventId(epoch, row.seq),
      type: row.type as TenantEvent['type'],
      tenantId: row.tenantId,
      at: row.at.toISOString(),
      data: row.data as TenantEvent['data'],
    };
  }
}
