/** One thing that operators have not heard of yet. */
export interface Untold {
  alertId: string;
  kind: 'opened' | 'ended';
  about: 'tenants' | 'control_plane';
  reason: string;
  /** Since when, in Unix milliseconds. */
  since: number;
}

/** Alerts of one cause. */
export interface CauseGroup {
  kind: Untold['kind'];
  about: Untold['about'];
  reason: string;
  alerts: Untold[];
}

interface NoticeLimits {
  holdMs: number;
  maxPerHour: number;
}

const hourMs = 60 * 60 * 1_000;

/**
 * What to tell now: each element is one notice, of one cause or of several.
 *
 * A cause is told once one of its alerts has lasted `holdMs`, and then all of it at once: those that came later are
 * rather the same trouble than one that heals by itself. Half of an hour's notices go out as they come, one per cause;
 * beyond that whatever is due is told together in one, and so seldom that the hour's number is kept.
 * @param recent when notices of the last hour were written, in Unix milliseconds, in any order
 */
export function planNotices(
  untold: readonly Untold[],
  recent: readonly number[],
  now: number,
  { holdMs, maxPerHour }: NoticeLimits,
): CauseGroup[][] {
  const due = groupByCause(untold).filter(({ alerts }) => alerts.some(({ since }) => since + holdMs <= now));
  if (due.length === 0) return [];
  const inHour = recent.filter((at) => at > now - hourMs);
  const freely = Math.floor(maxPerHour / 2);
  if (inHour.length + due.length <= freely) return due.map((group) => [group]);
  const gapMs = hourMs / (maxPerHour - freely);
  const isEarly = inHour.some((at) => at > now - gapMs);
  return isEarly && inHour.length >= freely ? [] : [due];
}

function groupByCause(untold: readonly Untold[]): CauseGroup[] {
  const groups = new Map<string, CauseGroup>();
  for (const alert of [...untold].sort((a, b) => a.since - b.since)) {
    const { kind, about, reason } = alert;
    const key = `${kind} ${about} ${reason}`;
    const group = groups.get(key) ?? { kind, about, reason, alerts: [] };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  return [...groups.values()];
}
