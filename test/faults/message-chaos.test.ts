import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventually,
  type Fleet,
  messageChaosEnvironment,
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
  let traffic: MessageTraffic;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [211, 212, 213].map((last) => `15550100${last}`),
      isDurable: true,
      env: messageChaosEnvironment,
    });
  }, 300_000);

  afterAll(async () => {
    await traffic?.stop();
    await fleet?.stop();
  }, 180_000);

  it('are stored once, arrive once and in order, or are called uncertain, and programs in trouble are told all', async () => {
    traffic = new MessageTraffic(fleet, { chatsPerTenant: 2, everyMs: 400, seed: plan.seed });
    await traffic.start();
    await runChaos(fleet, planChaos({ ...plan, tenants: fleet.tenants.length }));
    await eventually(() => traffic.hasMetEveryTrouble, {
      timeoutMs: 240_000,
      what: 'every trouble of programs',
    });
    const { inbound, outbound, broken, uncertain } = await traffic.finish();
    expect(broken).toEqual([]);
    expect(inbound).toBeGreaterThan(100);
    expect(outbound).toBeGreaterThan(50);
    expect(uncertain.length).toBeLessThan(outbound / 10);
    expect(uncertain.filter(({ window }) => window !== 'outcome_unknown')).toEqual([]);
  }, 900_000);
});
