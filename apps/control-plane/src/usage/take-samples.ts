import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import { firstMessageIdOf } from '../messages/message-id';
import { createSweep, type Sweep } from '../scheduling/sweep';

const minuteMs = 60_000;
/** The minute is looked for this often; one that is there already is not taken again. */
const everyMs = 15_000;

/** Takes a sample of every tenant whose worker was heard in the last whole minute, once a minute, in one statement. */
export function createUsageSampler(deps: { db: Database; now: () => Date; log: Logger }): Sweep {
  let taken = 0;
  return createSweep({
    everyMs,
    work: async () => {
      const minute = Math.floor(deps.now().getTime() / minuteMs) * minuteMs - minuteMs;
      if (minute <= taken) return;
      await takeSamples(deps.db, new Date(minute));
      taken = minute;
    },
    outage: createOutageLog(deps.log, 'database for the history of usage'),
  });
}

/**
 * Memory and processor as they stand, the messages of this minute, and the worker's generation, from which restarts are
 * counted. Taken twice, a minute stays as it was.
 */
export async function takeSamples(db: Database, minute: Date): Promise<void> {
  const end = new Date(minute.getTime() + minuteMs);
  await db.$executeRaw`
    WITH told AS (
      SELECT tenant_id, count(*)::int AS messages FROM messages
      WHERE id >= ${firstMessageIdOf(minute.getTime())} AND id < ${firstMessageIdOf(end.getTime())} AND NOT is_history
      GROUP BY tenant_id)
    INSERT INTO usage_hours AS u (tenant_id, hour, minutes, memory_mib, cpu_percent, messages, generations)
    SELECT h.tenant_id, date_trunc('hour', ${minute}::timestamptz),
      ARRAY[EXTRACT(minute FROM ${minute}::timestamptz)::smallint],
      ARRAY[((h.node_bytes + COALESCE(h.browser_bytes, 0)) / 1048576)::int],
      ARRAY[h.cpu_percent::real], ARRAY[COALESCE(told.messages, 0)], ARRAY[h.generation]
    FROM worker_heartbeats h LEFT JOIN told ON told.tenant_id = h.tenant_id
    WHERE h.last_heartbeat_at >= ${minute}
    ON CONFLICT (tenant_id, hour) DO UPDATE SET
      minutes = u.minutes || excluded.minutes,
      memory_mib = u.memory_mib || excluded.memory_mib,
      cpu_percent = u.cpu_percent || excluded.cpu_percent,
      messages = u.messages || excluded.messages,
      generations = u.generations || excluded.generations
    WHERE NOT u.minutes @> excluded.minutes`;
}
