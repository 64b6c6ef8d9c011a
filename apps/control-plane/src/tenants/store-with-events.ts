import type { TenantEvent, TenantId } from '@wafleet/contracts';
import { Prisma, type Database } from '@wafleet/db';
import type { EventBus } from '../live/event-bus';
import { formatEventId } from '../live/event-id';
import { insertEvents } from './tenant-events';

/**
 * Stores rows and the events that tell of them by one statement, which is a transaction of its own: one round trip, and
 * no wait for other changes. Resolves with the stored events, in their order; they are published.
 */
export type StoreWithEvents = (statement: StoringStatement) => Promise<readonly TenantEvent[]>;

interface StoringStatement {
  /** `name AS (…), …`: common table expressions that store the rows. */
  rows: Prisma.Sql;
  /**
   * Counts of all that they lock, so that it is locked before the first event has its number: whoever holds the order
   * of events must never wait.
   */
  locked: Prisma.Sql;
  /** Of the rows: tenant_id, type, at, data, place. */
  events: Prisma.Sql;
}

type StoredRow = Pick<TenantEvent, 'type' | 'data'> & { seq: bigint; tenantId: TenantId; at: Date };

export function createStoreWithEvents(deps: {
  db: Database;
  epoch: string;
  bus: Pick<EventBus, 'publishStored'>;
}): StoreWithEvents {
  const { db, epoch, bus } = deps;
  return ({ rows, locked, events }) =>
    bus.publishStored(async () => {
      const found = await db.statements.$queryRaw<StoredRow[]>`
        WITH ${rows}, ${insertEvents(Prisma.sql`(${events})`, locked)}
        SELECT seq, tenant_id AS "tenantId", type, at, data FROM stored ORDER BY seq`;
      const stored = found.map(({ seq, type, tenantId, at, data }) => ({
        id: formatEventId(epoch, seq),
        type,
        tenantId,
        at: at.toISOString(),
        data,
      }));
      return { stored, result: stored };
    });
}
