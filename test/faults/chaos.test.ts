import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chaosEnvironment, type Fleet, planChaos, runChaos, startFleet } from '@wafleet/testing';

/** The short form of `npm run bench -- chaos`. */
describe('random faults', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [201, 202, 203, 204].map((last) => `15550100${last}`),
      env: chaosEnvironment,
    });
  }, 300_000);

  afterAll(async () => {
    await fleet?.stop();
  }, 180_000);

  it('leave every tenant green in the end, and none ever had two browsers', async () => {
    const steps = planChaos({ seed: 1, durationMs: 40_000, tenants: fleet.tenants.length });
    const { census } = await runChaos(fleet, steps);
    expect(census.most).toBe(1);
  }, 300_000);
});
