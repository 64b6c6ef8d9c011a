import type { Reason, TenantEvent, TenantStatus, Timeline } from '@wafleet/contracts';

/**
 * What a tenant's status was, from when to when, out of the events that tell its changes (newest first, among others).
 * @param before what it was when the time began; null where nobody knows, and then the band begins with the first change
 */
export function statusBand(
  before: { status: TenantStatus; reason: Reason | null } | null,
  events: readonly TenantEvent[],
  { from, to }: { from: string; to: string },
): Timeline['band'] {
  const changes = events
    .filter(({ type }) => type === 'tenant.status')
    .map(({ at, data }) => ({
      at,
      status: data['status'] as TenantStatus,
      reason: (data['reason'] ?? null) as Reason | null,
    }))
    .reverse();
  const all =
    before === null ? changes : [{ at: from, status: before.status, reason: before.reason }, ...changes];
  return all.map(({ at, status, reason }, index) => ({
    status,
    reason,
    from: at,
    to: all[index + 1]?.at ?? to,
  }));
}
