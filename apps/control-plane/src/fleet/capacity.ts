import { cpus, loadavg, totalmem } from 'node:os';
import type { Capacity, TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { BootsView } from '../supervisor/boot-places';
import type { Drain } from '../supervisor/drain';

export interface CapacityView {
  read(): Promise<Capacity>;
}

const maxShown = 100;

/** What this machine has, what the workers take of it, who waits for a place to boot in, and whether any may run at all. */
export function createCapacityView(deps: {
  db: Database;
  boots: () => BootsView;
  drain: Pick<Drain, 'read'>;
}): CapacityView {
  const { db } = deps;

  return {
    async read() {
      const { atOnce, underWay, waiting, expectedBytes, availableBytes, keptBytes } = deps.boots();
      const shown = waiting.slice(0, maxShown);
      const nameOf = await readNames([...underWay, ...shown].map(({ tenantId }) => tenantId));
      const named = <Entry extends { tenantId: TenantId; since: number }>(entry: Entry) => ({
        ...entry,
        name: nameOf.get(entry.tenantId) ?? '',
        since: new Date(entry.since).toISOString(),
      });
      const { running, bytes } = await readWorkers();
      const drain = await deps.drain.read();
      const room = availableBytes - keptBytes - underWay.length * expectedBytes;
      return {
        drain: drain && { since: drain.since.toISOString(), by: drain.by },
        memory: {
          totalBytes: totalmem(),
          availableBytes,
          keptBytes,
          workersBytes: bytes,
        },
        cores: cpus().length,
        loadAverage: loadavg()[0] ?? 0,
        workers: {
          running,
          expectedBytes,
          moreFit: Math.max(0, Math.floor(room / Math.max(1, expectedBytes))),
        },
        boots: {
          atOnce,
          underWay: underWay.map(named),
          waiting: shown.map(named),
          waitingCount: waiting.length,
        },
      };
    },
  };

  async function readNames(ids: TenantId[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await db.tenant.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  async function readWorkers(): Promise<{ running: number; bytes: number }> {
    const [row] = await db.$queryRaw<{ running: number; bytes: bigint }[]>`
      SELECT count(*)::int AS running,
        COALESCE(sum(h.node_bytes), 0)::bigint + COALESCE(sum(h.browser_bytes), 0)::bigint AS bytes
      FROM worker_processes w
      LEFT JOIN worker_heartbeats h ON h.tenant_id = w.tenant_id AND h.generation = w.generation
      WHERE w.status IN ('STARTING', 'RUNNING', 'STOPPING')`;
    return { running: row?.running ?? 0, bytes: Number(row?.bytes ?? 0) };
  }
}
