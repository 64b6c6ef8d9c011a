import {
  type AlertGroup,
  type AlertNotice,
  type AlertReason,
  namedTenants,
  type Reason,
  reasons,
  type Trouble,
  troubles,
  type WebhookTrouble,
  webhookTroubles,
} from '@wafleet/contracts';
import type { CauseGroup } from './plan-notices';

/** What is known of an alert's tenant. */
export interface AlertParticulars {
  tenant: { id: string; name: string } | null;
  detail: string | null;
}

/** A notice as it is sent. @param particulars by the alert's id */
export function noticeContent(
  groups: readonly CauseGroup[],
  particulars: ReadonlyMap<string, AlertParticulars>,
  now: Date,
): AlertNotice {
  const told = groups.map((group) => groupContent(group, particulars));
  const kinds = new Set(told.map(({ kind }) => kind));
  return {
    type: told.length > 1 ? 'alert.digest' : kinds.has('ended') ? 'alert.ended' : 'alert.opened',
    timestamp: now.toISOString(),
    data: { title: titleOf(told), groups: told },
  };
}

/** A notice that tells of nothing, to see whether it arrives. */
export function testContent(now: Date): AlertNotice {
  const title = 'This is a test: alerts of Wafleet arrive here';
  return { type: 'alert.test', timestamp: now.toISOString(), data: { title, groups: [] } };
}

/** The words of an alert's reason; a code that this release does not know speaks for itself. */
export function alertReason(code: string): AlertReason {
  if (code in troubles) return { code, ...troubles[code as Trouble] };
  if (code in webhookTroubles) return { code, ...webhookTroubles[code as WebhookTrouble] };
  if (!(code in reasons)) return { code, label: code, explanation: code, action: 'none' };
  const { label, explanation, userAction } = reasons[code as Reason];
  return { code, label, explanation, action: userAction };
}

/** One line about a cause. */
export function groupTitle({ kind, about, reason, count, tenants }: AlertGroup): string {
  if (about === 'control_plane')
    return kind === 'opened' ? `Wafleet is in trouble: ${reason.label}` : `Over: ${reason.label}`;
  const isOne = count === 1;
  const who = isOne ? (tenants[0]?.name ?? '1 tenant') : `${count} tenants`;
  const need = isOne ? 'needs' : 'need';
  return kind === 'opened'
    ? `${who} ${need} a person: ${reason.label}`
    : `${who} no longer ${need} a person: ${reason.label}`;
}

function groupContent(
  { kind, about, reason, alerts }: CauseGroup,
  particulars: ReadonlyMap<string, AlertParticulars>,
): AlertGroup {
  const instant = (ms: number) => new Date(ms).toISOString();
  const tenants = alerts.slice(0, namedTenants).flatMap(({ alertId, since }) => {
    const { tenant, detail } = particulars.get(alertId) ?? { tenant: null, detail: null };
    return tenant === null ? [] : [{ ...tenant, detail, since: instant(since) }];
  });
  const since = instant(Math.min(...alerts.map((alert) => alert.since)));
  return { kind, about, reason: alertReason(reason), count: alerts.length, since, tenants };
}

function titleOf(groups: readonly AlertGroup[]): string {
  const [first] = groups;
  if (groups.length === 1 && first !== undefined) return groupTitle(first);
  const tenants = (kind: AlertGroup['kind']) =>
    groups
      .filter((group) => group.kind === kind && group.about === 'tenants')
      .reduce((sum, { count }) => sum + count, 0);
  const parts = [
    groups.some(({ kind, about }) => kind === 'opened' && about === 'control_plane') &&
      'Wafleet is in trouble',
    tenants('opened') > 0 && `tenants that need a person: ${tenants('opened')}`,
    tenants('ended') > 0 && `tenants that no longer do: ${tenants('ended')}`,
  ];
  return [`${groups.length} causes`, ...parts.filter((part) => part !== false)].join(', ');
}
