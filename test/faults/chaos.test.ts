import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  chaosEnvironment,
  type ControlPlane,
  type LinkedTenant,
  linkTenants,
  planChaos,
  runChaos,
  type Stack,
  startStack,
} from '@wafleet/testing';

/** The short form of `npm run bench -- chaos`. */
describe('random faults', () => {
  let stack: Stack;
  let controlPlane: ControlPlane;
  let tenants: LinkedTenant[];

  beforeAll(async () => {
    stack = await startStack();
    controlPlane = await stack.startControlPlane({ env: chaosEnvironment });
    tenants = await linkTenants(
      stack,
      controlPlane,
      [201, 202, 203, 204].map((last) => `15550100${last}`),
    );
  }, 120_000);

  afterAll(async () => {
    await stack?.stop();
  });

  it('leave every tenant green in the end, and none ever had two browsers', async () => {
    const steps = planChaos({ seed: 1, durationMs: 40_000, tenants: tenants.length });
    const { census } = await runChaos(stack, controlPlane, tenants, steps);
    expect(census.most).toBe(1);
  }, 300_000);
});
