import type { TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { formatEventId } from '../live/event-id';

export interface NewTenantEvent {
  tenantId: TenantId;
  type: TenantEventType;
  at: Date;
  /** Read by the tenant's people: no secrets, no QR, no message bodies. */
  data: Record<string, string | number | boolean | null>;
}

/** Held from the first number given out until the commit, so that numbers become visible in their order. */
const numberingLock = 7_302_001;

/**
 * Stores events in the transaction of what they tell about. Publish the result on the event bus after the commit,
 * never before.
 *
 * Whoever has read up to a number has everything before it: transactions that store events commit one after the
 * other. So call this last in a transaction, when its rows are locked already.
 */
export async function recordTenantEvents(
  tx: Transaction,
  epoch: string,
  events: readonly NewTenantEvent[],
): Promise<TenantEvent[]> {
  if (events.length === 0) return [];
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${numberingLock})`;
  const rows = await tx.tenantEvent.createManyAndReturn({ data: [...events] });
  return rows.map((row) => ({
    id: formatEventId(epoch, row.seq),
    type: row.type as TenantEventType,
    tenantId: row.tenantId,
    at: row.at.toISOString(),
    data: row.data as Record<string, unknown>,
  }));
}
