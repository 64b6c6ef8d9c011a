import { AppError, type DesiredState, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { refreshTenantStatus } from '../../sessions/refresh-tenant-status';
import type { CommitWithEvents } from '../commit-with-events';
import type { NewTenantEvent } from '../tenant-events';

export interface TenantChangeDeps {
  commit: CommitWithEvents;
  now: () => Date;
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
  await commitChange(deps, tenantId, async (tx, now) => {
    const tenant = await lockTenant(tx, tenantId);
    if (!tenant) throw new AppError('NOT_FOUND');
    if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
    return change(tx, tenant, now);
  });
}

/** Where it was moved to, it may run; here it may not. @throws AppError TENANT_MOVED */
export function requireHere({ parkedReason }: LockedTenant): void {
  if (parkedReason === 'moved') throw new AppError('TENANT_MOVED');
}

/** As changeTenant, for changes that make the row, or look at it, themselves. */
export async function commitChange(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  change: (tx: Transaction, now: Date) => Promise<NewTenantEvent[]>,
): Promise<void> {
  const now = deps.now();
  await deps.commit(async (tx) => {
    const own = await change(tx, now);
    const ofStatus = await refreshTenantStatus(tx, tenantId, now);
    return { events: [...own, ...ofStatus], result: undefined };
  });
  deps.supervisor.wake(tenantId);
}

/**
 * Taken before any other row of the tenant is changed; null for an unknown id.
 * Not FOR UPDATE: storing an event takes a share of this lock, and whoever holds the order of events must never wait.
 */
export async function lockTenant(tx: Transaction, tenantId: TenantId): Promise<LockedTenant | null> {
  const rows = await tx.$queryRaw<LockedTenant[]>`
    SELECT desired_state::text AS "desiredState", parked_reason AS "parkedReason"
    FROM tenants WHERE id = ${tenantId} FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}
