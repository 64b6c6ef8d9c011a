import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IncidentEvent, Reason } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { WorkerBench } from './worker-bench';
import { buildWorker } from './worker-process';

let built: Awaited<ReturnType<typeof buildWorker>>;
let bench: WorkerBench;

beforeAll(async () => {
  built = await buildWorker();
});
beforeEach(async () => {
  bench = await WorkerBench.create(built.bundle);
});
afterEach(() => bench.remove());
afterAll(() => built.remove());

const whenReported = (reason: Reason) =>
  eventually(() => bench.link.events.find((event) => event.kind === 'incident' && event.reason === reason), {
    timeoutMs: 60_000,
    what: () => `an incident, ${reason}; so far: ${bench.link.states.join(' → ')}`,
  }) as Promise<IncidentEvent>;

const beginsAsJpeg = (base64: string | null) =>
  Buffer.from(base64 ?? '', 'base64')
    .subarray(0, 3)
    .equals(Buffer.from([0xff, 0xd8, 0xff]));

const impatient = { probeIntervalMs: 300, probeTimeoutMs: 300 };

describe('the picture of a trouble', () => {
  it('is missing where the page crashed or hangs, which delays no repair', async () => {
    await bench.linkDurably({ deadlines: impatient });
    bench.place.signalBrowser('renderer', 'SIGKILL');
    expect(await whenReported('renderer_crashed')).toMatchObject({
      screenshot: null,
      noScreenshot: 'the page had crashed',
    });
    await bench.link.whenConnected();
    bench.place.signalBrowser('renderer', 'SIGSTOP');
    expect(await whenReported('browser_hung')).toMatchObject({
      screenshot: null,
      noScreenshot: 'the page did not answer',
    });
    await bench.link.whenConnected();
  });

  it('shows the page where it answers, and is taken before its browser is ended', async () => {
    await bench.linkDurably();
    await bench.phones.fail({ serverState: 'TOS_BLOCK' });
    await bench.phones.dropConnections();
    const { screenshot, noScreenshot, evidence } = await whenReported('restricted');
    expect(beginsAsJpeg(screenshot)).toBe(true);
    expect(noScreenshot).toBeNull();
    expect(evidence.transitions.at(-1)).toMatchObject({ phase: 'waiting', reason: 'restricted' });
  });

  it('shows what a server answers instead of WhatsApp', async () => {
    await bench.phones.fail({ errorPage: 503 });
    await bench.start({ deadlines: { pageMs: 3_000 } });
    const { screenshot, noScreenshot } = await whenReported('page_timeout');
    expect({ isJpeg: beginsAsJpeg(screenshot), noScreenshot }).toEqual({ isJpeg: true, noScreenshot: null });
  });

  it('is never taken of a page that may show a code', async () => {
    await bench.phones.fail({ removeModules: ['WAWebAltDeviceLinkingApi'] });
    await bench.start();
    expect(await whenReported('page_incompatible')).toMatchObject({
      screenshot: null,
      noScreenshot: 'a code that links the account may have been on the page',
    });
  });
});
