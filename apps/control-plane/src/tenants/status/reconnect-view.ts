import {
  reasons,
  type Reason,
  type ReconnectView,
  type SessionState,
  type TenantId,
  type WorkerStatus,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { reasonView } from '../tenant-view';

interface ReconnectRow {
  parkedReason: string | null;
  session: { state: SessionState; reason: string | null; attempt: number; nextAttemptAt: Date | null };
  worker: { status: WorkerStatus; reason: string | null; crashes: readonly Date[]; nextStartAt: Date | null };
}

/** Null for an unknown id. */
export async function readReconnect(db: Database, tenantId: TenantId): Promise<ReconnectRow | null> {
  const row = await db.tenant.findUnique({
    where: { id: tenantId },
    select: {
      parkedReason: true,
      session: { select: { state: true, reason: true, attempt: true, nextAttemptAt: true } },
      worker: { select: { status: true, reason: true, crashes: true, nextStartAt: true } },
    },
  });
  if (row?.session == null || row.worker === null) return null;
  return { parkedReason: row.parkedReason, session: row.session, worker: row.worker };
}

/** A running worker reconnects the page; where none runs, the supervisor starts one. */
export function reconnectView({ parkedReason, session, worker }: ReconnectRow): ReconnectView {
  const isStarted = worker.status === 'STARTING' || worker.status === 'RUNNING';
  const repair = isStarted
    ? { reason: worker.reason ?? session.reason, attempt: session.attempt, next: session.nextAttemptAt }
    : { reason: worker.reason ?? session.reason, attempt: worker.crashes.length, next: worker.nextStartAt };
  const reason = reasonView((parkedReason ?? repair.reason) as Reason | null);
  return {
    state: session.state,
    reason,
    attempt: repair.attempt,
    nextAttemptAt: parkedReason === null ? (repair.next?.toISOString() ?? null) : null,
    isSlow: reason !== null && reasons[reason.code].retry === 'slow',
  };
}
