import type { DesiredState, FleetRow, TenantId, TenantStatus } from '@wafleet/contracts';
import { type Database, Prisma } from '@wafleet/db';
import { effectiveStatus } from '../tenants/status/tenant-status';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface StoredRow {
  id: TenantId;
  name: string;
  phoneNumber: string | null;
  status: TenantStatus;
  statusReason: string | null;
  statusSince: Date;
  greenUntil: Date | null;
  desiredState: DesiredState;
  lastSeenAt: Date | null;
  whatsappWebVersion: string | null;
  bytes: bigint | null;
  cpuPercent: number | null;
  messages: number | null;
  restarts: number;
}

/** Tenants as the table shows them, all or some, in the order of their ids, by one statement; at most `limit`. */
export async function readFleetRows(
  db: Database,
  options: { ids: readonly string[] | null; limit: number; now: Date },
): Promise<FleetRow[]> {
  const { ids, limit, now } = options;
  const lastMinute = new Date(Math.floor(now.getTime() / minuteMs) * minuteMs - minuteMs);
  const chosen = ids === null ? Prisma.empty : Prisma.sql`WHERE t.id = ANY(${ids})`;
  const rows = await db.$queryRaw<StoredRow[]>`
    SELECT t.id, t.name, COALESCE(a.phone_number, t.phone_number) AS "phoneNumber",
      t.status::text AS status, t.status_reason AS "statusReason", t.status_since AS "statusSince",
      t.green_until AS "greenUntil", t.desired_state::text AS "desiredState",
      s.last_seen_at AS "lastSeenAt", s.whatsapp_web_version AS "whatsappWebVersion",
      h.node_bytes + COALESCE(h.browser_bytes, 0) AS bytes, h.cpu_percent AS "cpuPercent",
      minute.messages,
      GREATEST(0, w.generation - COALESCE(first.generation, w.generation)) AS restarts
    FROM tenants t
    JOIN whatsapp_sessions s ON s.tenant_id = t.id
    JOIN worker_processes w ON w.tenant_id = t.id
    LEFT JOIN accounts a ON a.id = s.account_id
    LEFT JOIN worker_heartbeats h
      ON h.tenant_id = t.id AND h.generation = w.generation AND w.status IN ('RUNNING', 'STOPPING')
    LEFT JOIN LATERAL (
      SELECT u.messages[array_position(u.minutes, EXTRACT(minute FROM ${lastMinute}::timestamptz)::smallint)] AS messages
      FROM usage_hours u
      WHERE u.tenant_id = t.id AND u.hour = date_trunc('hour', ${lastMinute}::timestamptz)) minute ON true
    LEFT JOIN LATERAL (
      SELECT u.generations[1] AS generation FROM usage_hours u
      WHERE u.tenant_id = t.id AND u.hour > ${new Date(now.getTime() - 24 * hourMs)}
      ORDER BY u.hour LIMIT 1) first ON true
    ${chosen}
    ORDER BY t.id LIMIT ${limit}`;
  return rows.map((row) => fleetRow(row, now));
}

/** Numbers of machines are never the same twice: what is no more than their noise is rounded away. */
const memoryStepMib = 4;
const cpuStepPercent = 5;

function fleetRow(row: StoredRow, now: Date): FleetRow {
  const { status, reason } = effectiveStatus(row, now);
  const hasExpired = status !== row.status && row.greenUntil !== null;
  return {
    id: row.id,
    name: row.name,
    phoneNumber: row.phoneNumber,
    status,
    reason,
    since: (hasExpired ? (row.greenUntil as Date) : row.statusSince).toISOString(),
    desiredState: row.desiredState,
    memoryMib: row.bytes === null ? null : toStep(Number(row.bytes) / 1024 / 1024, memoryStepMib),
    cpuPercent: row.cpuPercent === null ? null : toStep(row.cpuPercent, cpuStepPercent),
    messagesPerMinute: row.messages ?? 0,
    restarts: row.restarts,
    lastSeenAt: row.lastSeenAt === null ? null : minuteOf(row.lastSeenAt).toISOString(),
    whatsappWebVersion: row.whatsappWebVersion,
  };
}

const toStep = (value: number, step: number) => Math.round(value / step) * step;
const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / minuteMs) * minuteMs);
