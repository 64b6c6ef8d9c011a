import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../faults/fault';
import { faults } from '../faults/fault-table';
import { type LinkedTenant, untilGreen } from '../faults/linked-tenants';
import { NothingToMeetError } from '../faults/nothing-to-meet';
import { findTenantProcesses } from '../faults/tenant-processes';
import { BrowserCensus } from '../fleet/browser-census';
import type { Fleet } from '../fleet/fleet';
import { type FleetFault, fleetFaults } from '../fleet/fleet-faults';
import { StatusWatch } from '../fleet/status-watch';
import type { ChaosFault, ChaosStep } from './plan-chaos';

/** Ten seconds count as long: chaos packs into minutes what an installation meets in months. */
export const chaosEnvironment = {
  SUPERVISION: JSON.stringify({ restart: { healthyMs: 10_000 } }),
  WORKER_DEADLINES: JSON.stringify({
    deadlines: { pageMs: 20_000, authMs: 20_000, readyMs: 20_000 },
    reconnect: { stableMs: 10_000, maxMs: 20_000, slowMs: 30_000 },
  }),
};

export interface ChaosOutcome {
  /** How often each fault met something. */
  injected: ReadonlyMap<ChaosFault, number>;
  /** All of these together. */
  met: number;
  /** Those whose tenant had nothing just then that could break. */
  missed: number;
  /** How long tenants were not green, each time. */
  spellsMs: readonly number[];
  /** From the end of the last fault to all tenants green. */
  lastRepairMs: number;
  census: Pick<BrowserCensus, 'samples' | 'most' | 'longestGapMs'>;
}

const greenWithinMs = 180_000;
const lookEveryMs = 250;

export interface ChaosOptions {
  /** Ends the plan early: no further fault is begun. */
  signal?: AbortSignal;
  /** Ends the plan early, too: once so many faults have met something. */
  enough?: number;
  /** Before each fault, with how many met something before it. */
  onStep?: (met: number) => void;
}

/**
 * Carries the plan out, then waits until every tenant is green.
 * @throws Error that names those that are not; what a fault failed with, other than that there was nothing to break
 */
export async function runChaos(
  fleet: Fleet,
  steps: readonly ChaosStep[],
  { signal, enough = Infinity, onStep }: ChaosOptions = {},
): Promise<ChaosOutcome> {
  const { stack, controlPlane, tenants } = fleet;
  const census = new BrowserCensus(stack.tenantsDir);
  const watch = new StatusWatch({ url: controlPlane.url, adminKey: stack.adminKey, everyMs: lookEveryMs });
  const injected = new Map<ChaosFault, number>();
  const failures: unknown[] = [];
  let met = 0;
  let missed = 0;
  /** What meets all comes one after the other. */
  let forAll = Promise.resolve();

  const carryOut = async (step: ChaosStep): Promise<void> => {
    try {
      await meet(fleet, step);
      met += 1;
      injected.set(step.fault, (injected.get(step.fault) ?? 0) + 1);
    } catch (error) {
      if (isNothingToMeet(error)) missed += 1;
      else failures.push(error);
    }
  };

  try {
    const startedAt = performance.now();
    for (const step of steps) {
      const pauseMs = Math.max(0, startedAt + step.atMs - performance.now());
      await delay(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
      if (signal?.aborted || met >= enough) break;
      onStep?.(met);
      if (meetsAll(step.fault)) forAll = forAll.then(() => carryOut(step));
      else await carryOut(step);
    }
    await forAll;
    if (failures.length > 0) throw failures[0];
    const lastAt = performance.now();
    await untilGreen(controlPlane, tenants, greenWithinMs);
    const lastRepairMs = performance.now() - lastAt;
    return { injected, met, missed, spellsMs: watch.spellsMs, lastRepairMs, census };
  } finally {
    census.stop();
    await watch.stop();
  }
}

/** Resolves when the fault is over, where it lasts; what it broke may still be broken. */
async function meet(fleet: Fleet, { fault: name, tenant: index, lastsMs }: ChaosStep): Promise<void> {
  if (name in fleetFaults) {
    const fault: FleetFault = fleetFaults[name as keyof typeof fleetFaults];
    return meetFor(lastsMs, fault, fleet);
  }
  const fault: Fault = faults[name as keyof typeof faults];
  const { stack, controlPlane } = fleet;
  const scene = {
    stack,
    controlPlane,
    tenant: fleet.tenants[index] as LinkedTenant,
    processes: findTenantProcesses(stack.tenantsDir),
  };
  return meetFor(lastsMs, fault, scene);
}

async function meetFor<Place>(
  lastsMs: number,
  fault: { inject(place: Place): Promise<void>; mend?(place: Place): Promise<void> },
  place: Place,
): Promise<void> {
  try {
    await fault.inject(place);
    if (fault.mend) await delay(lastsMs);
  } finally {
    // Also where it found nothing to break after it had begun.
    await fault.mend?.(place);
  }
}

function meetsAll(name: ChaosFault): boolean {
  return name in fleetFaults || 'meetsAll' in faults[name as keyof typeof faults];
}

/** The tenant has no such process, or no page, just now; or the process ended as it was to be killed. */
function isNothingToMeet(error: unknown): boolean {
  return error instanceof NothingToMeetError || (error as NodeJS.ErrnoException).code === 'ESRCH';
}
