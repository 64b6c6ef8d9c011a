import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  chaosEnvironment,
  type Fleet,
  MessageTraffic,
  planChaos,
  runChaos,
  startFleet,
} from '@wafleet/testing';

/** What meets all, the message core's own parts among it, comes more often than in the fleet's chaos. */
const plan = { seed: 3, durationMs: 60_000, sharedFaultEvery: 3 };

/** The short form of `npm run bench -- message-chaos`. */
describe('messages both ways while everything is killed, stopped and restarted at random', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [211, 212, 213].map((last) => `15550100${last}`),
      isDurable: true,
      env: chaosEnvironment,
    });
  }, 300_000);

  afterAll(async () => {
    await fleet?.stop();
  }, 180_000);

  it('are stored once, arrive once and in order, or are called uncertain', async () => {
    const traffic = new MessageTraffic(fleet, { chatsPerTenant: 2, everyMs: 400 });
    await traffic.start();
    await runChaos(fleet, planChaos({ ...plan, tenants: fleet.tenants.length }));
    const { inbound, outbound, broken, uncertain } = await traffic.finish();
    expect(broken).toEqual([]);
    expect(inbound).toBeGreaterThan(100);
    expect(outbound).toBeGreaterThan(50);
    expect(uncertain.length).toBeLessThan(outbound / 10);
    expect(uncertain.filter(({ window }) => window !== 'outcome_unknown')).toEqual([]);
  }, 900_000);
});
