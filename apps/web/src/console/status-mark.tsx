import type { TenantStatus } from '@wafleet/contracts';
import { Mark, type Tone } from '@/ui/mark';

/** How operators name what a tenant is; the words of its reason come with the answers. */
export const statusWords: Record<TenantStatus, { label: string; tone: Tone }> = {
  ERROR: { label: 'Error', tone: 'bad' },
  RECOVERING: { label: 'Recovering', tone: 'warn' },
  QR_PENDING: { label: 'Needs scan', tone: 'warn' },
  STARTING: { label: 'Starting', tone: 'busy' },
  ACTIVE: { label: 'Active', tone: 'good' },
  PAUSED: { label: 'Paused', tone: 'rest' },
  NEW: { label: 'New', tone: 'rest' },
  ERASING: { label: 'Erasing', tone: 'rest' },
};

/** The worst first, as the table is ordered. */
export const statusOrder = Object.keys(statusWords) as TenantStatus[];

export function StatusMark({ status }: { status: TenantStatus }) {
  const { label, tone } = statusWords[status];
  return <Mark tone={tone}>{label}</Mark>;
}
