import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../faults/fault';
import { faults } from '../faults/fault-table';
import { type LinkedTenant, untilGreen } from '../faults/linked-tenants';
import { findTenantProcesses } from '../faults/tenant-processes';
import type { ControlPlane, Stack } from '../stack/stack';
import type { ChaosFault, ChaosStep } from './plan-chaos';
import { BrowserCensus, StatusWatch } from './watch-fleet';

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
  injected: Map<ChaosFault, number>;
  /** Those whose tenant had nothing just then that could break. */
  missed: number;
  /** How long tenants were not green, each time. */
  spellsMs: readonly number[];
  /** From the last fault to all tenants green. */
  lastRepairMs: number;
  census: Pick<BrowserCensus, 'samples' | 'most' | 'longestGapMs'>;
  /** The one that is active at the end. */
  controlPlane: ControlPlane;
}

/** Carries the plan out, then waits until every tenant is green. @throws Error that names those that are not */
export async function runChaos(
  stack: Stack,
  started: ControlPlane,
  tenants: readonly LinkedTenant[],
  steps: readonly ChaosStep[],
): Promise<ChaosOutcome> {
  let controlPlane = started;
  const census = new BrowserCensus(stack.tenantsDir);
  const watch = new StatusWatch(() => controlPlane);
  const injected = new Map<ChaosFault, number>();
  let missed = 0;
  /** What meets all comes one after the other. */
  let fleet = Promise.resolve();

  const meetAll = async ({ fault, tenant, lastsMs }: ChaosStep): Promise<void> => {
    if (fault === 'controlPlaneKilled') {
      await controlPlane.process.end('SIGKILL');
      controlPlane = await stack.startControlPlane({ env: chaosEnvironment });
    } else if (fault === 'controlPlaneStopped') {
      process.kill(controlPlane.process.pid, 'SIGSTOP');
      await delay(lastsMs);
      process.kill(controlPlane.process.pid, 'SIGCONT');
    } else {
      await meet(faults[fault], tenant);
      await delay(lastsMs);
      await (faults[fault] as Fault).mend?.(sceneOf(tenant));
    }
  };
  const sceneOf = (tenant: number) => ({
    stack,
    controlPlane,
    tenant: tenants[tenant] as LinkedTenant,
    processes: findTenantProcesses(stack.tenantsDir),
  });
  const meet = async (fault: Fault, tenant: number): Promise<boolean> =>
    fault.inject(sceneOf(tenant)).then(
      () => true,
      () => false, // It has no such process, or no page, just now.
    );

  try {
    const startedAt = performance.now();
    for (const step of steps) {
      await delay(Math.max(0, startedAt + step.atMs - performance.now()));
      const fault = step.fault;
      const meetsAll =
        fault === 'controlPlaneKilled' || fault === 'controlPlaneStopped' || 'meetsAll' in faults[fault];
      let hasMet = true;
      if (meetsAll) fleet = fleet.then(() => meetAll(step));
      else hasMet = await meet(faults[fault], step.tenant);
      if (hasMet) injected.set(fault, (injected.get(fault) ?? 0) + 1);
      else missed += 1;
    }
    await fleet;
    const lastAt = performance.now();
    await untilGreen(controlPlane, tenants, greenWithinMs);
    return {
      injected,
      missed,
      spellsMs: watch.spellsMs,
      lastRepairMs: performance.now() - lastAt,
      census,
      controlPlane,
    };
  } finally {
    census.stop();
    await watch.stop();
  }
}

const greenWithinMs = 180_000;
