import type { FleetRow, TenantStatus } from '@wafleet/contracts';

export const fleetSorts = [
  'worst',
  'name',
  'since',
  'memory',
  'cpu',
  'messages',
  'restarts',
  'seen',
] as const;
export type FleetSort = (typeof fleetSorts)[number];

const rank: Record<TenantStatus, number> = {
  ERROR: 0,
  RECOVERING: 1,
  QR_PENDING: 2,
  STARTING: 3,
  ERASING: 4,
  ACTIVE: 5,
  NEW: 6,
  PAUSED: 7,
};

/** The highest first, and of what is equal the one with the lower id, so that nothing moves without a cause. */
export function compareRows(sort: FleetSort): (a: FleetRow, b: FleetRow) => number {
  const by = comparisons[sort];
  return (a, b) => by(a, b) || (a.id < b.id ? -1 : 1);
}

type Compare = (a: FleetRow, b: FleetRow) => number;

const descending =
  (of: (row: FleetRow) => number | null): Compare =>
  (a, b) =>
    (of(b) ?? -1) - (of(a) ?? -1);

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const comparisons: Record<FleetSort, Compare> = {
  worst: (a, b) => rank[a.status] - rank[b.status] || compareTexts(a.since, b.since),
  name: (a, b) => compareTexts(a.name.toLowerCase(), b.name.toLowerCase()),
  since: (a, b) => compareTexts(b.since, a.since),
  memory: descending(({ memoryMib }) => memoryMib),
  cpu: descending(({ cpuPercent }) => cpuPercent),
  messages: descending(({ messagesPerMinute }) => messagesPerMinute),
  restarts: descending(({ restarts }) => restarts),
  seen: (a, b) => compareTexts(a.lastSeenAt ?? '', b.lastSeenAt ?? ''),
};
