import { type Reason, reasons, type ReasonView, type Tenant, type TenantLimits } from '@wafleet/contracts';
import type { Tenant as TenantRow } from '@wafleet/db';
import { effectiveStatus } from './status/tenant-status';

/** What lists show of a tenant. */
export type ListedTenant = Pick<
  TenantRow,
  | 'id'
  | 'name'
  | 'phoneNumber'
  | 'proxyAddress'
  | 'limits'
  | 'desiredState'
  | 'status'
  | 'statusReason'
  | 'statusSince'
  | 'greenUntil'
  | 'createdAt'
>;

/** A tenant as lists show it. */
export function tenantView(row: ListedTenant, now: Date): Tenant {
  const { status, reason } = effectiveStatus(row, now);
  return {
    id: row.id,
    name: row.name,
    phoneNumber: row.phoneNumber,
    proxy: row.proxyAddress === null ? null : { url: row.proxyAddress },
    limits: row.limits as TenantLimits | null,
    desiredState: row.desiredState,
    status,
    reason: reasonView(reason),
    statusSince: row.statusSince.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

/** The row of a reason that callers read; null for none. */
export function reasonView(code: Reason | null): ReasonView | null {
  // A database that a newer version has written to may hold a code that is not known here.
  const row = code === null ? undefined : reasons[code];
  if (code === null || row === undefined) return null;
  const { label, explanation, userAction, repairedBy } = row;
  return { code, label, explanation, userAction, repairedBy };
}
