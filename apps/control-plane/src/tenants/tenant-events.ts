import type { TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';

export interface NewTenantEvent {
  tenantId: TenantId;
  type: TenantEventType;
  at: Date;
  /** Read by the tenant's people: no secrets, no QR, no message bodies. */
  data: Record<string, string | number | boolean | null>;
}

/**
 * Stores events in the transaction of what they tell about. Publish the result on the event bus after the commit,
 * never before.
 */
export async function recordTenantEvents(
  tx: Transaction,
  epoch: string,
  events: readonly NewTenantEvent[],
): Promise<TenantEvent[]> {
  if (events.length === 0) return [];
  const rows = await tx.tenantEvent.createManyAndReturn({ data: [...events] });
  return rows.map((row) => ({
    id: `${epoch}-${row.seq}`,
    type: row.type as TenantEventType,
    tenantId: row.tenantId,
    at: row.at.toISOString(),
    data: row.data as Record<string, unknown>,
  }));
}
