import {
  reasons,
  type DesiredState,
  type Reason,
  type SessionState,
  type TenantId,
  type TenantStatus,
  type WorkerStatus,
} from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { noteNeed } from '../alerts/causes/note-need';
import { resolveIncidents } from '../incidents/resolve-incidents';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { isUnderRepair, tenantStatus } from '../tenants/status/tenant-status';

/**
 * Derives the tenant's summary from the facts as they stand in this transaction and stores it. Call it in every
 * transaction that changes one of them. What operators have to know of a change is noted with it.
 * Returns the events to record: of a status or reason that changed, which alone moves `status_since`, and of incidents
 * that are over because it is green again. An unknown tenant changes nothing.
 */
export async function refreshTenantStatus(
  tx: Transaction,
  tenantId: TenantId,
  now: Date,
): Promise<NewTenantEvent[]> {
  const row = await readStatusRow(tx, tenantId);
  if (row === null) return [];
  const isLinked = row.accountId !== null;
  const next = tenantStatus({
    now: now.getTime(),
    desiredState: row.desiredState,
    parkedReason: row.parkedReason,
    worker: { status: row.workerStatus, reason: row.workerReason, generation: row.generation },
    session: {
      state: row.sessionState,
      reason: row.sessionReason,
      isLinked,
      isAccepted: row.isAccepted,
    },
    greenUntil: row.greenUntil?.getTime() ?? null,
    before: { status: row.status, reason: row.statusReason },
  });
  if (next.status === row.status && next.reason === row.statusReason) return [];

  const detail = next.reason === row.workerReason ? row.workerDetail : row.sessionDetail;
  const isTrouble = next.status === 'RECOVERING' || next.status === 'ERROR';
  await tx.tenant.update({
    where: { id: tenantId },
    data: {
      status: next.status,
      statusReason: next.reason,
      statusSince: now,
      repairSince: isUnderRepair(next.status) ? (row.repairSince ?? now) : null,
      ...(isTrouble && next.reason !== null ? { lastError: detail ?? reasons[next.reason].explanation } : {}),
    },
  });
  await noteNeed(tx, tenantId, { ...next, detail, isLinked }, now);
  const change: NewTenantEvent = {
    tenantId,
    type: 'tenant.status',
    at: now,
    data: {
      status: next.status,
      reason: next.reason,
      userAction: next.reason === null ? null : reasons[next.reason].userAction,
      previous: row.status,
    },
  };
  return next.status === 'ACTIVE' ? [change, ...(await resolveIncidents(tx, tenantId, now))] : [change];
}

interface StatusRow {
  desiredState: DesiredState;
  parkedReason: Reason | null;
  status: TenantStatus;
  statusReason: Reason | null;
  greenUntil: Date | null;
  repairSince: Date | null;
  workerStatus: WorkerStatus;
  workerReason: Reason | null;
  workerDetail: string | null;
  generation: number;
  sessionState: SessionState;
  sessionReason: Reason | null;
  sessionDetail: string | null;
  accountId: string | null;
  isAccepted: boolean;
}

/** All of it in one statement: every change of a tenant waits for this. */
async function readStatusRow(tx: Transaction, tenantId: TenantId): Promise<StatusRow | null> {
  const rows = await tx.$queryRaw<StatusRow[]>`
    SELECT t.desired_state::text AS "desiredState", t.parked_reason AS "parkedReason", t.status::text AS status,
      t.status_reason AS "statusReason", t.green_until AS "greenUntil", t.repair_since AS "repairSince",
      COALESCE(w.status::text, 'STOPPED') AS "workerStatus", w.reason AS "workerReason", w.detail AS "workerDetail",
      COALESCE(w.generation, 0) AS generation,
      COALESCE(s.state::text, 'DISCONNECTED') AS "sessionState", s.reason AS "sessionReason",
      s.detail AS "sessionDetail", s.account_id AS "accountId", COALESCE(a.is_accepted, true) AS "isAccepted"
    FROM tenants t
    LEFT JOIN worker_processes w ON w.tenant_id = t.id
    LEFT JOIN whatsapp_sessions s ON s.tenant_id = t.id
    LEFT JOIN accounts a ON a.id = s.account_id
    WHERE t.id = ${tenantId}`;
  return rows[0] ?? null;
}
