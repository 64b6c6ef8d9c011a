import type { TenantId } from '@wafleet/contracts';
import { backoffMs, type Logger } from '@wafleet/runtime';

/** After a pass: look again at once, at a moment, or when somebody wakes. */
export type NextLook = 'now' | { at: number } | null;

/** A queue of tenants with at most one pass per tenant at a time. A wake-up during a pass leads to one more. */
export interface Passes {
  wake(tenantId: TenantId): void;
  /** Wakes the tenant at that moment, unless it is woken before. */
  wakeAt(tenantId: TenantId, at: number): void;
  /** Begins no further pass; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const maxParallel = 32;
/** A timer of more would ring at once. */
const maxTimerMs = 2 ** 31 - 1;
const retry = { firstMs: 500, maxMs: 30_000, jitter: 0.2 };

export function createPasses(deps: {
  /** One pass. A rejection is logged, and the pass repeated with growing pauses. */
  pass: (tenantId: TenantId) => Promise<NextLook>;
  now: () => Date;
  random: () => number;
  log: Logger;
}): Passes {
  const now = () => deps.now().getTime();
  const queue = new Set<TenantId>();
  const running = new Map<TenantId, Promise<void>>();
  const timers = new Map<TenantId, { at: number; handle: NodeJS.Timeout }>();
  const failures = new Map<TenantId, number>();
  let isStopped = false;

  return {
    wake,
    wakeAt,
    async stop() {
      isStopped = true;
      queue.clear();
      for (const { handle } of timers.values()) clearTimeout(handle);
      timers.clear();
      await Promise.all(running.values());
    },
  };

  function wake(tenantId: TenantId): void {
    if (isStopped) return;
    queue.add(tenantId);
    begin();
  }

  function wakeAt(tenantId: TenantId, at: number): void {
    const known = timers.get(tenantId);
    if (isStopped || (known !== undefined && known.at <= at)) return;
    if (known !== undefined) clearTimeout(known.handle);
    const handle = setTimeout(
      () => {
        timers.delete(tenantId);
        wake(tenantId);
      },
      Math.min(Math.max(0, at - now()), maxTimerMs),
    );
    timers.set(tenantId, { at, handle });
  }

  function begin(): void {
    for (const tenantId of queue) {
      if (running.size >= maxParallel) return;
      if (running.has(tenantId)) continue;
      queue.delete(tenantId);
      const timer = timers.get(tenantId);
      if (timer !== undefined) clearTimeout(timer.handle);
      timers.delete(tenantId);
      running.set(tenantId, run(tenantId));
    }
  }

  async function run(tenantId: TenantId): Promise<void> {
    try {
      const next = await deps.pass(tenantId);
      failures.delete(tenantId);
      if (next === 'now') queue.add(tenantId);
      else if (next !== null) wakeAt(tenantId, next.at);
    } catch (error) {
      const attempt = (failures.get(tenantId) ?? 0) + 1;
      failures.set(tenantId, attempt);
      deps.log.warn({ tenantId, attempt, err: error }, 'supervision pass failed; it is repeated');
      wakeAt(tenantId, now() + backoffMs(retry, attempt, deps.random()));
    } finally {
      running.delete(tenantId);
      if (!isStopped) begin();
    }
  }
}
