import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { HeartbeatHistory } from '../../incidents/heartbeat-history';
import { storeHeartbeats, type ReceivedHeartbeat, type RenewedGreen } from './store-heartbeats';

/** Heartbeats on their way to the database, where they go once a second, all together. */
export interface Heartbeats {
  /** Keeps the latest of each tenant until the next write. */
  add(heartbeat: ReceivedHeartbeat): void;
  /** The tenant's link is closed: what is not written yet no longer proves anything. */
  forget(tenantId: TenantId): void;
  start(): void;
  /** Resolves when the write under way has ended. */
  stop(): Promise<void>;
}

const flushMs = 1_000;

export function createHeartbeats(deps: {
  db: Database;
  /** How long one proven round trip keeps a tenant green. */
  greenMs: number;
  history: Pick<HeartbeatHistory, 'note'>;
  /** Called after the commit. */
  onRenewed: (renewed: readonly RenewedGreen[]) => void;
  log: Logger;
}): Heartbeats {
  const { db } = deps;
  const outage = createOutageLog(deps.log, 'database for heartbeats');
  const latest = new Map<TenantId, ReceivedHeartbeat>();
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> | null = null;

  return {
    add(heartbeat) {
      const { tenantId, generation, frame, at } = heartbeat;
      deps.history.note(tenantId, generation, frame, at);
      const unwritten = latest.get(heartbeat.tenantId);
      const isProof =
        heartbeat.isProof || (unwritten?.isProof === true && heartbeat.frame.probe?.ok === true);
      latest.set(heartbeat.tenantId, { ...heartbeat, isProof });
    },

    forget(tenantId) {
      latest.delete(tenantId);
    },

    start() {
      timer = setInterval(() => {
        if (latest.size === 0 || underWay !== null) return;
        underWay = flush().finally(() => {
          underWay = null;
        });
      }, flushMs);
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await underWay;
    },
  };

  /** What can't be written is dropped: the next heartbeat says more. */
  async function flush(): Promise<void> {
    const beats = [...latest.values()];
    latest.clear();
    try {
      deps.onRenewed(await storeHeartbeats(db, beats, deps.greenMs));
      outage.worked();
    } catch (error) {
      outage.failed(error);
    }
  }
}
