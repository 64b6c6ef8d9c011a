import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../eventually';
import { untilWellForLong } from '../faults/healing';
import type { Fleet } from './fleet';
import type { FleetFault } from './fleet-faults';
import { StatusWatch } from './status-watch';

/** What somebody saw of one fault who asks the API for all tenants again and again. Times are in milliseconds. */
export interface FleetHealing extends Pick<StatusWatch, 'seen'> {
  /** From the fault to a look at which not all were green, or no answer came; null when there was none. */
  untilNotGreenMs: number | null;
  /** To all green: from the fault, or from its end where it lasted. */
  untilGreenMs: number;
  /** Looks after the fault at which a tenant was shown as green that was not again since then. */
  staleGreens: number;
}

const seenWithinMs = 90_000;
const lookEveryMs = 50;

/**
 * Lets the fault meet the fleet, ends it where it lasts, and waits until all are green.
 * @param options.lastsMs for a fault that somebody must end
 * @param options.meanwhile before it is ended
 */
export async function healFleet(
  fault: FleetFault,
  fleet: Fleet,
  options: { lastsMs: number; meanwhile?: () => Promise<void> },
): Promise<FleetHealing> {
  const { stack, controlPlane, tenants } = fleet;
  for (const tenant of tenants) await untilWellForLong({ stack, controlPlane, tenant });
  await controlPlane.untilStable();
  const watch = new StatusWatch({ url: controlPlane.url, adminKey: stack.adminKey, everyMs: lookEveryMs });
  const until = (what: string, seen: () => number | null) =>
    eventually(seen, {
      timeoutMs: seenWithinMs,
      everyMs: 10,
      what: () => `${what} after: ${fault.title}; seen: ${[...watch.seen].join(', ')}`,
    });
  try {
    const injectedAt = performance.now();
    await fault.inject(fleet);
    const metAt = performance.now();
    let since = injectedAt;
    if (fault.mend) {
      await delay(options.lastsMs);
      await options.meanwhile?.();
      await fault.mend(fleet);
      since = performance.now();
    } else {
      await until('not all green', () => watch.firstLostAt(injectedAt));
    }
    const lostAt = watch.firstLostAt(injectedAt);
    const from = Math.max(since, lostAt ?? 0);
    const greenAt = await until('all green', () => watch.firstGreenAt(from));
    return {
      untilNotGreenMs: lostAt === null ? null : lostAt - injectedAt,
      untilGreenMs: greenAt - since,
      staleGreens: watch.staleGreens(metAt),
      seen: watch.seen,
    };
  } finally {
    await watch.stop();
  }
}
