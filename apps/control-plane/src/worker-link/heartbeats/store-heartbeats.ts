import type { HeartbeatFrame, TenantId, TenantStatus } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

export interface ReceivedHeartbeat {
  tenantId: TenantId;
  generation: number;
  frame: HeartbeatFrame;
  /** By our clock. */
  at: Date;
  /** It carries a round trip that succeeded and that no earlier heartbeat carried. */
  isProof: boolean;
}

export interface RenewedGreen {
  tenantId: TenantId;
  until: Date;
  /** The summary as it stands in the row; green only by a renewal that follows. */
  status: TenantStatus;
}

/**
 * The heartbeats of all workers in one statement. Proven tenants stay green for so long from the moment of their proof, and
 * are noted as seen; they are returned. Rows are locked in the order of ids, a tenant's own before its session's. A
 * heartbeat of a generation that is over is passed over.
 */
export async function storeHeartbeats(
  db: Database,
  beats: readonly ReceivedHeartbeat[],
  greenMs: number,
): Promise<RenewedGreen[]> {
  const rows = JSON.stringify(beats.map((beat) => heartbeatRow(beat, greenMs)));
  return db.statements.$queryRaw<RenewedGreen[]>`
    WITH beats AS (
      SELECT v.*
      FROM jsonb_to_recordset(${rows}::jsonb) AS v (
        tenant_id text, generation int, at timestamptz, last_probe_at timestamptz, probe_missed int,
        node_bytes bigint, browser_bytes bigint, cpu_percent float8, processes int, group_bytes bigint,
        group_limit_bytes bigint, group_pids int, group_pids_limit int, group_cpu_limit float8,
        queued_inbound int, queued_outbound int, unacked_events int, event_loop_delay_ms float8, last_message_at timestamptz,
        green_until timestamptz)
      JOIN worker_processes w ON w.tenant_id = v.tenant_id AND w.generation = v.generation
      ORDER BY v.tenant_id),
    stored AS (
      INSERT INTO worker_heartbeats (
        tenant_id, generation, last_heartbeat_at, last_probe_at, probe_missed, node_bytes, browser_bytes,
        cpu_percent, processes, group_bytes, group_limit_bytes, group_pids, group_pids_limit,
        group_cpu_limit, queued_inbound, queued_outbound, unacked_events, event_loop_delay_ms,
        last_message_at)
      SELECT
        tenant_id, generation, at, last_probe_at, probe_missed, node_bytes, browser_bytes,
        cpu_percent, processes, group_bytes, group_limit_bytes, group_pids, group_pids_limit,
        group_cpu_limit, queued_inbound, queued_outbound, unacked_events, event_loop_delay_ms,
        last_message_at
      FROM beats
      ON CONFLICT (tenant_id) DO UPDATE SET (
        generation, last_heartbeat_at, last_probe_at, probe_missed, node_bytes, browser_bytes,
        cpu_percent, processes, group_bytes, group_limit_bytes, group_pids, group_pids_limit,
        group_cpu_limit, queued_inbound, queued_outbound, unacked_events, event_loop_delay_ms,
        last_message_at
      ) = (
        excluded.generation, excluded.last_heartbeat_at, excluded.last_probe_at, excluded.probe_missed,
        excluded.node_bytes, excluded.browser_bytes, excluded.cpu_percent, excluded.processes,
        excluded.group_bytes, excluded.group_limit_bytes, excluded.group_pids, excluded.group_pids_limit,
        excluded.group_cpu_limit, excluded.queued_inbound, excluded.queued_outbound, excluded.unacked_events,
        excluded.event_loop_delay_ms, excluded.last_message_at)),
    proven AS (
      SELECT t.id, beats.at, beats.green_until
      FROM tenants t JOIN beats ON beats.tenant_id = t.id
      WHERE beats.green_until IS NOT NULL
      ORDER BY t.id
      FOR NO KEY UPDATE OF t),
    seen AS (
      UPDATE whatsapp_sessions s SET
        last_seen_at = proven.at,
        last_heard_at = CASE WHEN s.state = 'CONNECTED' THEN proven.at ELSE s.last_heard_at END
      FROM proven WHERE s.tenant_id = proven.id)
    UPDATE tenants t SET green_until = proven.green_until
    FROM proven WHERE t.id = proven.id
    RETURNING t.id AS "tenantId", t.green_until AS until, t.status::text AS status`;
}

/** Bounded, so that no worker's numbers can make the statement of all workers fail. */
function heartbeatRow({ tenantId, generation, frame, at, isProof }: ReceivedHeartbeat, greenMs: number) {
  const probedAt = frame.probe === null ? null : Math.min(frame.probe.at, at.getTime());
  return {
    tenant_id: tenantId,
    generation,
    at,
    green_until: isProof && probedAt !== null ? new Date(probedAt + greenMs) : null,
    last_probe_at: probedAt === null ? null : new Date(probedAt),
    probe_missed: integer(frame.probe?.missed ?? 0),
    node_bytes: bytes(frame.memory.nodeBytes),
    browser_bytes: bytes(frame.memory.browserBytes),
    cpu_percent: frame.cpuPercent,
    processes: integer(frame.processes),
    group_bytes: bytes(frame.group?.memoryBytes ?? null),
    group_limit_bytes: bytes(frame.group?.memoryLimitBytes ?? null),
    group_pids: frame.group?.pids ?? null,
    group_pids_limit: frame.group?.pidsLimit ?? null,
    group_cpu_limit: frame.group?.cpuLimit ?? null,
    queued_inbound: integer(frame.queues.inbound),
    queued_outbound: integer(frame.queues.outbound),
    unacked_events: integer(frame.queues.unackedEvents),
    event_loop_delay_ms: frame.eventLoopDelayMs,
    last_message_at:
      frame.lastMessageAt == null ? null : new Date(Math.min(frame.lastMessageAt, at.getTime())),
  };
}

function integer(value: number): number {
  return Math.min(Math.round(value), 2 ** 31 - 1);
}

function bytes(value: number | null): number | null {
  return value === null ? null : Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);
}
