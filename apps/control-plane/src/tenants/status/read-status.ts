import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { StatusRow } from './status-view';

/**
 * States of tenants by one statement: the address that is asked most, and whose parts must be of one moment.
 * Null for an unknown id.
 */
export async function readStatuses(
  db: Pick<Database, 'statements'>,
  tenantIds: readonly TenantId[],
  defaultSendsPerMinute: number,
): Promise<(StatusRow | null)[]> {
  const rows = await db.statements.$queryRaw<StatusRow[]>`
    SELECT
      t.id AS "tenantId", t.status::text AS status, t.status_reason AS "statusReason",
      t.status_since AS "statusSince", t.green_until AS "greenUntil",
      t.desired_state::text AS "desiredState", t.last_error AS "lastError",
      s.state::text AS "sessionState", s.reason AS "sessionReason", s.detail AS "sessionDetail",
      s.since AS "sessionSince", s.attempt, s.next_attempt_at AS "nextAttemptAt",
      s.link_is_durable AS "linkIsDurable", s.sync_percent AS "syncPercent", s.last_seen_at AS "lastSeenAt",
      s.whatsapp_web_version AS "whatsappWebVersion", s.browser_version AS "browserVersion",
      s.library_version AS "libraryVersion", s.degraded,
      a.phone_number AS "accountPhoneNumber", a.name AS "accountName",
      w.status::text AS "workerStatus", w.reason AS "workerReason", w.detail AS "workerDetail",
      w.generation, w.started_at AS "startedAt", w.next_start_at AS "nextStartAt", w.restarts,
      h.last_heartbeat_at AS "lastHeartbeatAt", h.node_bytes AS "nodeBytes",
      h.browser_bytes AS "browserBytes", h.cpu_percent AS "cpuPercent",
      h.group_bytes AS "groupBytes", h.group_limit_bytes AS "groupLimitBytes", h.group_pids AS "groupPids",
      h.group_pids_limit AS "groupPidsLimit", h.group_cpu_limit AS "groupCpuLimit", t.disk_bytes AS "diskBytes",
      (SELECT count(*) FROM messages m
        WHERE m.tenant_id = t.id AND m.status IN ('QUEUED', 'SENDING')) AS "queuedMessages",
      CASE WHEN t.desired_state = 'STOPPED' THEN (SELECT e.data->>'by' FROM tenant_events e
        WHERE e.tenant_id = t.id AND e.type NOT LIKE 'message.%'
          AND e.type = 'action.requested' AND e.data->>'action' IN ('stop', 'logout')
        ORDER BY e.at DESC, e.seq DESC LIMIT 1) END AS "stoppedBy",
      p.paced_until AS "pacedUntil", COALESCE(p.per_minute, ${defaultSendsPerMinute}::int) AS "sendsPerMinute"
    FROM tenants t
    JOIN whatsapp_sessions s ON s.tenant_id = t.id
    JOIN worker_processes w ON w.tenant_id = t.id
    LEFT JOIN worker_heartbeats h ON h.tenant_id = t.id AND h.generation = w.generation
    LEFT JOIN accounts a ON a.id = s.account_id
    LEFT JOIN send_paces p ON p.tenant_id = t.id
    WHERE t.id = ANY(${tenantIds})`;
  const found = new Map(rows.map((row) => [row.tenantId, row]));
  return tenantIds.map((id) => found.get(id) ?? null);
}
