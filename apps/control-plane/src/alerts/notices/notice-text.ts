import type { AlertGroup, AlertNotice } from '@wafleet/contracts';
import { groupTitle } from './notice-content';

/** A notice in plain words, for people. */
export function noticeText({ data, timestamp }: AlertNotice): string {
  const parts = data.groups.map(groupText);
  return [...(parts.length === 0 ? [data.title] : parts), `Wafleet, ${moment(timestamp)}`].join('\n\n');
}

function groupText(group: AlertGroup): string {
  const { kind, about, reason, count, since, tenants } = group;
  const lines = [groupTitle(group), `Since ${moment(since)}.`];
  if (kind === 'opened') lines.push(reason.explanation);
  if (kind === 'opened' && about === 'control_plane') lines.push(reason.action);
  if (tenants.length > 0) lines.push('');
  for (const { id, name, detail } of tenants)
    lines.push(`- ${name} (${id})${detail === null ? '' : `: ${detail}`}`);
  const rest = count - tenants.length;
  if (about === 'tenants' && rest > 0) lines.push(`- and ${rest} more: GET /admin/alerts lists them`);
  return lines.join('\n');
}

/** To the second, in UTC: `2026-01-01 00:05:00 UTC`. */
function moment(instant: string): string {
  return `${instant.slice(0, 19).replace('T', ' ')} UTC`;
}
