import { describe, expect, it } from '@jest/globals';
import { workerExit } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { benchPerTest } from './bench-per-test';
import { own, type WorkerBench } from './worker-bench';

let bench: WorkerBench;
benchPerTest((one) => {
  bench = one;
});

/** The page is signed in and not yet ready. */
const whenSyncing = () =>
  eventually(async () => (await bench.phones.devices(own)).some(({ online }) => online), {
    timeoutMs: 60_000,
    what: 'the page signed in',
  });
const takeOvers = () => bench.place.log().filter(({ msg }) => msg.includes('takes over'));

describe('WhatsApp opened in another place', () => {
  it('parks the tenant, and the link is kept', async () => {
    await bench.linkByScan();
    await bench.phones.replaceConnections();
    expect(await bench.place.exitCode()).toBe(workerExit.parked);
    expect(bench.link.session).toMatchObject({ state: 'DISCONNECTED', reason: 'opened_elsewhere' });
    bench.link.forget();
    await bench.start();
    await bench.link.whenConnected();
    expect(bench.link.states.join()).not.toContain('QR_READY');
  });

  it('while it starts, a page that a person chose takes over', async () => {
    await bench.linkByScan();
    await bench.phones.fail({ syncDelayMs: 1_500 });
    await bench.restart({ takeOver: true });
    await whenSyncing();
    await bench.phones.replaceConnections();
    await bench.link.whenConnected();
    expect(takeOvers()).toHaveLength(1);
    expect(bench.link.states.join()).not.toContain('opened_elsewhere');
  });

  it('a second time while it starts is left to a person: two places never fight', async () => {
    await bench.linkByScan();
    await bench.phones.fail({ neverSyncs: true });
    await bench.restart({ takeOver: true });
    await whenSyncing();
    await bench.phones.replaceConnections();
    await eventually(() => takeOvers().length === 1, { timeoutMs: 60_000, what: 'the take-over' });
    await whenSyncing();
    await bench.phones.replaceConnections();
    expect(await bench.place.exitCode()).toBe(workerExit.parked);
    expect(bench.link.session).toMatchObject({ reason: 'opened_elsewhere' });
  });

  it('after it has connected is left to a person, also where the start was a take-over', async () => {
    await bench.linkByScan();
    await bench.restart({ takeOver: true });
    await bench.link.whenConnected();
    await bench.phones.replaceConnections();
    expect(await bench.place.exitCode()).toBe(workerExit.parked);
    expect(takeOvers()).toEqual([]);
  });
});
