const dayMs = 24 * 60 * 60 * 1_000;

/** After how many days things are dropped, and how many are kept at most. */
export interface TrashAges {
  days: number;
  damagedDays: number;
  keep: number;
}

/** What lies in one trash; the names begin with the moment at which it was put there. */
export interface TrashEntry {
  name: string;
  /** Used where the name tells no moment. */
  changedAt: number;
}

/**
 * What of a tenant's trash is dropped: profiles whose login had ended soon, damaged ones later, and the oldest of many
 * in any case, so that a tenant that links again and again fills no disk.
 */
export function dueInTrash(entries: readonly TrashEntry[], now: number, policy: TrashAges): string[] {
  const newestFirst = entries.map(({ name, changedAt }) => ({ name, at: momentOf(name) ?? changedAt }));
  newestFirst.sort((a, b) => b.at - a.at);
  return newestFirst
    .filter(({ name, at }, place) => place >= policy.keep || now - at >= keepDays(name, policy) * dayMs)
    .map(({ name }) => name);
}

function keepDays(name: string, policy: TrashAges): number {
  return name.endsWith('-damaged') ? policy.damagedDays : policy.days;
}

/** `2026-11-25T10-15-00…`, as names of files can have it. */
function momentOf(name: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})/.exec(name);
  if (match === null) return null;
  const [, day, hours, minutes, seconds] = match;
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(at) ? null : at;
}
