import type { FaultName } from '../faults/fault-table';
import type { FleetFaultName } from '../fleet/fleet-faults';

/** Of one tenant: what heals by itself, whatever else happens just then. */
const tenantFaults = [
  'workerKilled',
  'workerStopped',
  'browserKilled',
  'browserStopped',
  'rendererKilled',
  'rendererStopped',
  'endlessLoop',
  'outOfMemory',
  'connectionDropped',
  'reload',
  'navigation',
] as const satisfies readonly FaultName[];

/** Of all tenants at once. */
const sharedFaults = [
  'networkGone',
  'hungServer',
  'errorPage',
  'databaseStopped',
  'queueStopped',
  'controlPlaneKilled',
  'controlPlaneStopped',
  'everythingKilled',
] as const satisfies readonly (FaultName | FleetFaultName)[];

export type ChaosFault = (typeof tenantFaults)[number] | (typeof sharedFaults)[number];

export interface ChaosStep {
  atMs: number;
  fault: ChaosFault;
  /** Which tenant, counted from 0. */
  tenant: number;
  /** For what lasts. */
  lastsMs: number;
}

const lastsMs = { least: 2_000, most: 10_000 };

/**
 * What happens when to whom. The same seed gives the same plan.
 * @param options.perMinute faults, on average
 * @param options.sharedFaultEvery one fault in so many meets all tenants; these come one after the other, so that more than
 *   eight a minute would queue
 */
export function planChaos(options: {
  seed: number;
  durationMs: number;
  tenants: number;
  perMinute?: number;
  sharedFaultEvery?: number;
}): ChaosStep[] {
  const { perMinute = 24, sharedFaultEvery = 12 } = options;
  const meanPauseMs = 60_000 / perMinute;
  const pauseMs = { least: 0.2 * meanPauseMs, most: 1.8 * meanPauseMs };
  const random = randomFrom(options.seed);
  const between = ({ least, most }: typeof lastsMs) => Math.round(least + random() * (most - least));
  const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const steps: ChaosStep[] = [];
  for (let atMs = between(pauseMs); atMs < options.durationMs; atMs += between(pauseMs)) {
    const fault = random() < 1 / sharedFaultEvery ? oneOf(sharedFaults) : oneOf(tenantFaults);
    steps.push({ atMs, fault, tenant: Math.floor(random() * options.tenants), lastsMs: between(lastsMs) });
  }
  return steps;
}

/** mulberry32: a small generator whose whole state is one number. In [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
