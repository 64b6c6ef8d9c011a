import {
  reasonCodes,
  reasons,
  type DesiredState,
  type ErrorCode,
  type Reason,
  type TenantStatus,
} from '@wafleet/contracts';

interface TenantFacts {
  desiredState: DesiredState;
  status: TenantStatus;
  parkedReason: string | null;
  statusReason: string | null;
}

export interface SendRefusal {
  code: Extract<ErrorCode, 'TENANT_ERASING' | 'NOT_RUNNING' | 'NEEDS_PERSON'>;
  reason: Reason | null;
}

/**
 * Why a message is not taken now; null when it is. It is taken while a machine repairs the session, because it can
 * wait; it is refused where only a person can bring the session back, because nobody knows when.
 */
export function sendRefusal(tenant: TenantFacts): SendRefusal | null {
  if (tenant.desiredState === 'ERASED') return { code: 'TENANT_ERASING', reason: null };
  if (tenant.desiredState === 'STOPPED')
    return { code: 'NOT_RUNNING', reason: tenant.parkedReason === 'moved' ? 'moved' : 'stopped_by_user' };
  // What a person is to decide while it works keeps nothing back.
  if (tenant.parkedReason === null && tenant.status === 'ACTIVE') return null;
  const code = tenant.parkedReason ?? tenant.statusReason;
  const reason = reasonCodes.find((known) => known === code) ?? null;
  const needsPerson =
    tenant.parkedReason !== null || (reason !== null && reasons[reason].repairedBy === 'person');
  return needsPerson ? { code: 'NEEDS_PERSON', reason } : null;
}
