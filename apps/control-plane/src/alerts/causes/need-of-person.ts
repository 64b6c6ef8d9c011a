import { reasons, type Reason, type TenantStatus } from '@wafleet/contracts';

/**
 * - `needed`: nothing goes on without a person
 * - `over`: it is well, or it is as somebody wants it
 * - `unchanged`: a machine is at work; what was needed before still is, until that has come to an end
 */
export type Need = 'needed' | 'over' | 'unchanged';

/** Whether operators should hear of a tenant whose status is this. */
export function needOfPerson(facts: {
  status: TenantStatus;
  reason: Reason | null;
  /** An account was linked to it at some time: a code to scan is not its first. */
  wasLinked: boolean;
}): Need {
  const { status, reason, wasLinked } = facts;
  // Somebody asked for it.
  if (reason === 'signed_out_by_user') return 'over';
  switch (status) {
    case 'ERROR':
      return 'needed';
    case 'QR_PENDING':
      return wasLinked ? 'needed' : 'over';
    case 'ACTIVE':
      return reason !== null && reasons[reason].repairedBy === 'person' ? 'needed' : 'over';
    case 'STARTING':
    case 'RECOVERING':
      return 'unchanged';
    case 'NEW':
    case 'PAUSED':
    case 'ERASING':
      return 'over';
  }
}
