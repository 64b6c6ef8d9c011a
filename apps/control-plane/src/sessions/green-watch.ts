import type { TenantId, TenantStatus } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { refreshTenantStatus } from './refresh-tenant-status';

/** Sees to it that green expires in the rows, in the events and in the log, also when nobody asks. */
export interface GreenWatch {
  /** A probe was proven and stored: the tenant stays green until then, or is green again. */
  renewed(tenantId: TenantId, until: Date, status: TenantStatus): void;
  /** What made it green is in doubt; it stops being green now. */
  drop(tenantId: TenantId): void;
  /** Their workers are proven dead. Nobody is shown green from when this resolves; events and log follow. */
  dropAll(tenantIds: readonly TenantId[]): Promise<void>;
  /** Takes up the tenants that an earlier process left green. */
  start(): Promise<void>;
  /** Resolves when the changes under way are written. */
  stop(): Promise<void>;
}

const tickMs = 500;

export function createGreenWatch(deps: {
  db: Database;
  commit: CommitWithEvents;
  now: () => Date;
  log: Logger;
}): GreenWatch {
  const { db, commit, now } = deps;
  const outage = createOutageLog(deps.log, 'expiry of green');
  const until = new Map<TenantId, number>();
  const regained = new Set<TenantId>();
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> | null = null;

  return {
    renewed(tenantId, moment, status) {
      until.set(tenantId, moment.getTime());
      if (status === 'RECOVERING') regained.add(tenantId);
    },

    drop,

    async dropAll(tenantIds) {
      if (tenantIds.length === 0) return;
      await db.$executeRaw`UPDATE tenants SET green_until = NULL WHERE id = ANY(${[...tenantIds]})`;
      tenantIds.forEach(drop);
    },

    async start() {
      const green = await db.tenant.findMany({
        where: { status: 'ACTIVE' },
        select: { id: true, greenUntil: true },
      });
      for (const { id, greenUntil } of green) until.set(id as TenantId, greenUntil?.getTime() ?? 0);
      timer = setInterval(tick, tickMs);
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await underWay;
    },
  };

  function drop(tenantId: TenantId): void {
    if (!until.has(tenantId)) return;
    until.set(tenantId, 0);
    tick();
  }

  function tick(): void {
    if (timer === null || underWay !== null) return;
    const due = overdue();
    if (due.length === 0 && regained.size === 0) return;
    underWay = settle(due).then((isSettled) => {
      underWay = null;
      // What became due meanwhile has waited long enough; what could not be written waits for the next tick.
      if (isSettled) tick();
    });
  }

  function overdue(): TenantId[] {
    const moment = now().getTime();
    return [...until].filter(([, at]) => at <= moment).map(([tenantId]) => tenantId);
  }

  /** What can't be written stays due, and is tried at the next tick. */
  async function settle(due: TenantId[]): Promise<boolean> {
    try {
      for (const tenantId of due) {
        const moment = until.get(tenantId);
        await refresh(tenantId, moment === 0);
        if (until.get(tenantId) === moment) until.delete(tenantId);
      }
      for (const tenantId of regained) {
        await refresh(tenantId, false);
        regained.delete(tenantId);
      }
      outage.worked();
      return true;
    } catch (error) {
      outage.failed(error);
      return false;
    }
  }

  async function refresh(tenantId: TenantId, isDropped: boolean): Promise<void> {
    await commit(async (tx) => {
      if ((await lockTenant(tx, tenantId)) === null) return { events: [], result: undefined };
      if (isDropped) await tx.tenant.update({ where: { id: tenantId }, data: { greenUntil: null } });
      return { events: await refreshTenantStatus(tx, tenantId, now()), result: undefined };
    });
  }
}
