import { describe, expect, it } from '@jest/globals';
import type { IncidentEvent, Reason } from '@wafleet/contracts';
import { eventually } from '@wafleet/testing';
import { benchPerTest } from './bench-per-test';
import { friend, own, type WorkerBench } from './worker-bench';

let bench: WorkerBench;
benchPerTest((one) => {
  bench = one;
});

const whenReported = (reason: Reason) =>
  eventually(() => bench.link.events.find((event) => event.kind === 'incident' && event.reason === reason), {
    timeoutMs: 60_000,
    what: () => `an incident, ${reason}; so far: ${bench.link.states.join(' → ')}`,
  }) as Promise<IncidentEvent>;

const beginsAsJpeg = (base64: string | null) =>
  Buffer.from(base64 ?? '', 'base64')
    .subarray(0, 3)
    .equals(Buffer.from([0xff, 0xd8, 0xff]));

const impatient = { probeIntervalMs: 300, probeTimeoutMs: 1_500 };

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

describe('the picture that somebody asks for', () => {
  const ask = async () => {
    const result = await bench.link.command({ kind: 'session.screenshot' });
    return result.ok ? result.value : { failed: result.code };
  };

  it('shows the page as it is', async () => {
    await bench.linkDurably();
    expect(beginsAsJpeg(String((await ask())['jpeg']))).toBe(true);
  });

  it('never shows a code', async () => {
    await bench.start();
    await bench.link.whenSession(({ qr }) => qr !== null, 'a code');
    expect(await ask()).toEqual({ none: 'a code that links the account may have been on the page' });
  });
});

describe('the record of a trouble', () => {
  it('says how the page ended: killed, or for want of memory', async () => {
    await bench.linkDurably();
    bench.place.signalBrowser('renderer', 'SIGKILL');
    const killed = await whenReported('renderer_crashed');
    expect(killed).toMatchObject({
      detail: "the page's process killed (signal 9)",
      evidence: { rendererExit: { status: 'killed', code: 9 }, browserExit: null, outOfMemory: null },
    });
    await bench.link.whenConnected();
    await bench.phones.exhaustPages();
    const { detail, noScreenshot, evidence } = await whenReported('out_of_memory');
    expect({ detail, noScreenshot, outOfMemory: evidence.outOfMemory }).toEqual({
      detail: 'the page needed more than the 512 MB that it may have',
      noScreenshot: 'the page had crashed',
      outOfMemory: 'page_heap',
    });
    expect(evidence.rendererExit).toEqual({ status: 'crashed', code: 5 });
    expect(evidence.browserOutput.map(({ text }) => text).join('\n')).toMatch(/OOM|out of memory/i);
    await bench.link.whenConnected();
  });

  it('says how the browser ended', async () => {
    await bench.linkDurably();
    bench.place.signalBrowser('main', 'SIGKILL');
    expect(await whenReported('browser_crashed')).toMatchObject({
      detail: 'the browser ended by SIGKILL',
      noScreenshot: 'the browser was gone',
      evidence: { browserExit: { code: null, signal: 'SIGKILL' }, outOfMemory: null },
    });
    await bench.link.whenConnected();
  });

  it('holds what the page wrote, without numbers, codes and what people wrote', async () => {
    const secret = 'meet me under the clock';
    const token = `3EB0${'AB12'.repeat(12)}`;
    await bench.linkDurably();
    await bench.phones.letPagesSay('warn', `early ${secret}`);
    await bench.phones.send(friend, own, secret);
    await eventually(() => bench.link.events.some(({ kind }) => kind === 'message.created'), {
      timeoutMs: 60_000,
      what: 'the message',
    });
    await bench.phones.letPagesSay('log', 'not kept');
    await bench.phones.letPagesSay('error', 'careful', { body: secret, from: friend });
    await bench.phones.letPagesSay('error', `late from +${friend} ${friend}@c.us ${token}: ${secret}`);
    await bench.phones.letPagesSay('error', `quoted "a text of nobody"`);
    await bench.phones.letPagesSay('throw', `it broke at '${secret}' of ${friend}@c.us`);
    await eventually(() => bench.place.log().some(({ msg }) => msg === 'error in the page'), {
      timeoutMs: 60_000,
      what: 'the error in the page',
    });
    bench.place.signalBrowser('renderer', 'SIGKILL');
    const report = await whenReported('renderer_crashed');
    const texts = (lines: { level: string; text: string }[]) => lines.map(({ text }) => text);
    const { console: written, pageErrors } = report.evidence;
    expect(texts(written)).toEqual(
      expect.arrayContaining([
        'early [text]',
        'careful [object]',
        'late from [number] [jid] [secret]: [text]',
        'quoted [text]',
      ]),
    );
    expect(texts(pageErrors)).toContainEqual(expect.stringMatching(/^Error: it broke at \[text\]/));
    const everything = JSON.stringify(report) + JSON.stringify(bench.place.log());
    for (const planted of [secret, 'under the clock', friend, token, 'of nobody', 'not kept'])
      expect(everything).not.toContain(planted);
  });
});
