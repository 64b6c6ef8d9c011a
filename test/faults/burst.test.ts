import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callStandin,
  eventually,
  type Fleet,
  fleetFaults,
  forgetsQuickly,
  startFleet,
} from '@wafleet/testing';

const me = '15550100401';
const senders = ['15550100402', '15550100403', '15550100404', '15550100405', '15550100406'];
const each = 100;

describe('five hundred messages at once, and everything is killed 150 ms later, Postgres too', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      numbers: [me],
      isDurable: true,
      env: { WORKER_DEADLINES: JSON.stringify({ reconnect: forgetsQuickly.reconnect }) },
    });
    for (const number of senders)
      await callStandin(fleet.stack, 'PUT', `/users/${number}`, { name: `Sender ${number.slice(-1)}` });
  }, 120_000);
  afterAll(() => fleet?.stop(), 120_000);

  /** Of every message that came in, from the newest to the oldest. */
  async function storedBodies(): Promise<string[]> {
    const bodies: string[] = [];
    let cursor: string | null = null;
    do {
      const { id } = fleet.tenants[0]!;
      const place: string = cursor === null ? '' : `&cursor=${cursor}`;
      const path = `/admin/tenants/${id}/messages?direction=INBOUND&limit=200${place}`;
      const page = await fleet.controlPlane.admin.get(path);
      bodies.push(...page.items.map(({ body }: { body: string }) => body));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return bodies;
  }

  it('are all stored after the restart, each once', async () => {
    const bodiesOf = (number: string) =>
      Array.from({ length: each }, (_, index) => `${number.slice(-1)}/${index}`);
    const bursts = senders.map((number) =>
      callStandin(fleet.stack, 'POST', `/users/${number}/burst`, { to: me, bodies: bodiesOf(number) }),
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    await Promise.all([fleetFaults.everythingKilled.inject(fleet), fleet.database.kill()]);
    await fleet.database.resume();
    await Promise.all(bursts);
    const expected = senders.flatMap(bodiesOf).sort();
    const stored = await eventually(
      async () => {
        const bodies = await storedBodies().catch(() => []);
        return bodies.length >= expected.length && bodies;
      },
      {
        timeoutMs: 90_000,
        what: async () => `all stored; now ${(await storedBodies().catch(() => [])).length}`,
      },
    );
    expect(stored.sort()).toEqual(expected);
  }, 180_000);
});
