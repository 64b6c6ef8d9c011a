import { describe, expect, it } from '@jest/globals';
import { benchPerTest } from './bench-per-test';
import { friend, own, type WorkerBench } from './worker-bench';

let bench: WorkerBench;
benchPerTest((one) => {
  bench = one;
});

const mainProcess = () => bench.place.browserProcesses().find(({ type }) => type === 'main');

describe('the network', () => {
  it('that is away uses no attempt, and the session is back with it', async () => {
    await bench.linkByScan();
    const main = mainProcess();
    await bench.phones.fail({ refuseConnections: true });
    await bench.phones.dropConnections();
    await bench.link.whenSession(({ reason }) => reason === 'network_lost', 'network_lost');
    await bench.phones.mend();
    expect(await bench.link.whenConnected()).toMatchObject({ attempt: 0 });
    expect(mainProcess()).toEqual(main);
  });

  it('with a connection that stays open and brings nothing is not green, and gets a new one', async () => {
    await bench.phones.fail({ pingMs: 300 });
    await bench.linkByScan({ deadlines: { probeIntervalMs: 300, socketSilentMs: 2_000 } });
    const main = mainProcess();
    await bench.phones.fail({ pingMs: 300, silentSocket: true });
    await bench.link.whenSession(({ reason }) => reason === 'network_lost', 'network_lost');
    await bench.phones.mend();
    await bench.link.whenConnected();
    expect(mainProcess()).toEqual(main);
    const id = await bench.phones.send(friend, own, 'heard again');
    await bench.link.whenMessage(id);
  });

  it('that does not reach WhatsApp at the start is named, and waited for', async () => {
    await bench.phones.fail({ refuseConnections: true });
    await bench.start();
    await bench.link.whenSession(({ reason }) => reason === 'whatsapp_unreachable', 'whatsapp_unreachable');
    await bench.phones.mend();
    await bench.link.whenSession(({ state }) => state === 'QR_READY', 'a QR');
    expect(bench.link.session?.attempt).toBe(0);
  });
});
