import {
  reasons,
  type DesiredState,
  type Reason,
  type SessionState,
  type TenantStatus,
  type WorkerStatus,
} from '@wafleet/contracts';

/** The facts that the summary is derived from. Times are Unix milliseconds. */
export interface StatusFacts {
  now: number;
  desiredState: DesiredState;
  parkedReason: Reason | null;
  /** `generation` is 0 before the first start. */
  worker: { status: WorkerStatus; reason: Reason | null; generation: number };
  /**
   * `isLinked`: an account is linked, so that what runs now restores a session rather than makes one. `isAccepted`: its
   * number is the one the tenant had before, or a person said that it may stay.
   */
  session: { state: SessionState; reason: Reason | null; isLinked: boolean; isAccepted: boolean };
  /** Green expires at this moment; only proven probes renew it. */
  greenUntil: number | null;
  /** The summary so far. */
  before: StatusSummary;
}

export interface StatusSummary {
  status: TenantStatus;
  reason: Reason | null;
}

/**
 * The one summary of a tenant, row by row as in docs/states.md. A start that repairs a crash stays RECOVERING, so
 * that the summary does not flap between the crash and its repair.
 */
export function tenantStatus(facts: StatusFacts): StatusSummary {
  const next = summaryOf(facts);
  // A repair that has nothing to say of itself yet, such as a page that loads anew, keeps the name of its cause.
  const isSameRepair = next.status === 'RECOVERING' && facts.before.status === 'RECOVERING';
  return isSameRepair ? summary('RECOVERING', next.reason ?? facts.before.reason) : next;
}

function summaryOf(facts: StatusFacts): StatusSummary {
  const { desiredState, parkedReason, worker } = facts;
  if (desiredState === 'ERASED') return summary('ERASING');
  if (desiredState === 'STOPPED')
    return worker.generation === 0
      ? summary('NEW')
      : summary('PAUSED', parkedReason === 'moved' ? 'moved' : 'stopped_by_user');
  if (parkedReason !== null)
    return summary(parkedReason === 'qr_expired' ? 'QR_PENDING' : 'ERROR', parkedReason);
  if (isTriedSlowly(worker.reason)) return summary('ERROR', worker.reason);
  return worker.status === 'RUNNING' ? whileRunning(facts) : whileNotRunning(facts);
}

/** What a reader is shown now: green that has expired is not green, even before anybody has written that down. */
export function effectiveStatus(
  row: { status: TenantStatus; statusReason: string | null; greenUntil: Date | null },
  now: Date,
): StatusSummary {
  if (row.status === 'ACTIVE' && (row.greenUntil === null || row.greenUntil <= now))
    return summary('RECOVERING', 'probe_overdue');
  return summary(row.status, row.statusReason as Reason | null);
}

/** Whether a machine is at work to make it well. */
export function isUnderRepair(status: TenantStatus): boolean {
  return status === 'STARTING' || status === 'RECOVERING';
}

function whileRunning({ session, greenUntil, now }: StatusFacts): StatusSummary {
  if (isTriedSlowly(session.reason)) return summary('ERROR', session.reason);
  switch (session.state) {
    case 'QR_READY':
      return summary('QR_PENDING', session.reason ?? 'awaiting_scan');
    case 'CONNECTED':
      return greenUntil !== null && greenUntil > now
        ? summary('ACTIVE', session.isAccepted ? null : 'different_number')
        : summary('RECOVERING', 'probe_overdue');
    case 'RECONNECTING':
      return summary('RECOVERING', session.reason);
    case 'STARTING':
    case 'AUTHENTICATING':
    case 'DISCONNECTED':
    case 'LOGGED_OUT':
      return summary(session.isLinked ? 'RECOVERING' : 'STARTING', session.reason);
  }
}

/** Being started, being stopped for a restart, waiting for capacity, or waiting for a restart that is due. */
function whileNotRunning({ worker, session }: StatusFacts): StatusSummary {
  if (worker.reason === 'capacity_wait') return summary('STARTING', 'capacity_wait');
  if (worker.reason !== null) return summary('RECOVERING', worker.reason);
  const isDue = worker.status === 'STOPPED' || worker.status === 'ERROR';
  return summary(isDue && session.isLinked ? 'RECOVERING' : 'STARTING');
}

/** Repair has slowed to occasional tries, or needs a person. */
function isTriedSlowly(reason: Reason | null): reason is Reason {
  return reason !== null && reasons[reason].retry === 'slow';
}

function summary(status: TenantStatus, reason: Reason | null = null): StatusSummary {
  return { status, reason };
}
