import type { HistoryRange, TenantId, UsageHistory } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { rangeMs } from './history-range';
import { type MinuteSample, thinSamples, withReconnects } from './thin-samples';

export interface UsageReader {
  read(tenantId: TenantId, range: HistoryRange): Promise<UsageHistory>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const stepMs: Record<HistoryRange, number> = { '1h': minuteMs, '24h': 5 * minuteMs, '7d': 30 * minuteMs };

export function createUsageReader(deps: {
  db: Database;
  memoryLimitMib: number | null;
  now: () => Date;
}): UsageReader {
  return {
    async read(tenantId, range) {
      const to = deps.now();
      const from = new Date(to.getTime() - rangeMs[range]);
      const [minutes, reconnects] = await Promise.all([
        readMinutes(deps.db, tenantId, from),
        readReconnects(deps.db, tenantId, from, stepMs[range]),
      ]);
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        stepSeconds: stepMs[range] / 1_000,
        memoryLimitMib: deps.memoryLimitMib,
        samples: withReconnects(thinSamples(minutes, stepMs[range]), reconnects).map(({ at, ...sample }) => ({
          at: new Date(at).toISOString(),
          ...sample,
        })),
      };
    },
  };
}

async function readMinutes(db: Database, tenantId: TenantId, from: Date): Promise<MinuteSample[]> {
  const rows = await db.$queryRaw<
    {
      hour: Date;
      minute: number;
      memoryMib: number | null;
      cpuPercent: number | null;
      messages: number;
      generation: number;
    }[]
  >`
    SELECT u.hour, v.minute, v.memory_mib AS "memoryMib", v.cpu_percent AS "cpuPercent", v.messages, v.generation
    FROM usage_hours u, unnest(u.minutes, u.memory_mib, u.cpu_percent, u.messages, u.generations)
      AS v (minute, memory_mib, cpu_percent, messages, generation)
    WHERE u.tenant_id = ${tenantId} AND u.hour > ${new Date(from.getTime() - hourMs)}
    ORDER BY u.hour, v.minute`;
  return rows
    .map(({ hour, minute, ...sample }) => ({ at: hour.getTime() + minute * minuteMs, ...sample }))
    .filter(({ at }) => at >= from.getTime());
}

/** How often it began to reconnect, by steps; from its events, which are kept for longer than usage is. */
async function readReconnects(
  db: Database,
  tenantId: TenantId,
  from: Date,
  stepMs: number,
): Promise<Map<number, number>> {
  const rows = await db.$queryRaw<{ step: bigint; count: number }[]>`
    SELECT floor(extract(epoch FROM at) * 1000 / ${stepMs}::int)::bigint AS step, count(*)::int AS count
    FROM tenant_events
    WHERE tenant_id = ${tenantId} AND at >= ${from} AND type NOT LIKE 'message.%'
      AND type = 'session.state' AND data->>'state' = 'RECONNECTING'
    GROUP BY step`;
  return new Map(rows.map(({ step, count }) => [Number(step) * stepMs, count]));
}
