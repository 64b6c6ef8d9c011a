import { AppError, type DesiredState, type TenantEvent, type TenantId } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import type { EventBus } from '../live/event-bus';
import { type NewTenantEvent, recordTenantEvents } from './tenant-events';

export interface TenantChangeDeps {
  db: Database;
  bus: EventBus;
  epoch: string;
  now: () => Date;
  /** Derives the status anew from the facts as they are now in the transaction. */
  refreshStatus: (tx: Transaction, tenantId: TenantId, now: Date) => Promise<NewTenantEvent[]>;
  /** Looks at the tenant soon; safe to call for tenants that need nothing. */
  supervisor: { wake(tenantId: TenantId): void };
}

/** A tenant's row, locked until the end of the transaction. */
export interface LockedTenant {
  desiredState: DesiredState;
  parkedReason: string | null;
}

/**
 * One change of what is wanted of a tenant: the rows, the status that follows from them and the events that tell of
 * it are committed together or not at all. Afterwards the events are published and the supervisor is woken.
 * @param change gets the locked row and returns its own events
 * @throws AppError NOT_FOUND, TENANT_ERASING, and what `change` throws; nothing is changed then
 */
export async function changeTenant(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  change: (tx: Transaction, tenant: LockedTenant, now: Date) => Promise<NewTenantEvent[]>,
): Promise<void> {
  await commitTenantEvents(deps, tenantId, async (tx, now) => {
    const tenant = await lockTenant(tx, tenantId);
    if (!tenant) throw new AppError('NOT_FOUND');
    if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
    return change(tx, tenant, now);
  });
}

/** As changeTenant, for changes that find or make the row themselves. */
export async function commitTenantEvents(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  change: (tx: Transaction, now: Date) => Promise<NewTenantEvent[]>,
): Promise<void> {
  const now = deps.now();
  const events = await deps.db.$transaction(async (tx): Promise<TenantEvent[]> => {
    const own = await change(tx, now);
    const ofStatus = await deps.refreshStatus(tx, tenantId, now);
    return recordTenantEvents(tx, deps.epoch, [...own, ...ofStatus]);
  });
  deps.bus.publish(events);
  deps.supervisor.wake(tenantId);
}

/** Not FOR UPDATE: storing an event takes a share of this lock, and holders of the events' order must never wait. */
export async function lockTenant(tx: Transaction, tenantId: TenantId): Promise<LockedTenant | null> {
  const rows = await tx.$queryRaw<LockedTenant[]>`
    SELECT desired_state::text AS "desiredState", parked_reason AS "parkedReason"
    FROM tenants WHERE id = ${tenantId} FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}
