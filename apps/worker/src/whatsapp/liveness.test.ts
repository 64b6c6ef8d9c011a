import { afterEach, describe, expect, it } from '@jest/globals';
import { Liveness } from './liveness';
import type { PageStatus } from './page/page-functions';
import type { Probe } from './whatsapp-client';

const status: PageStatus = {
  state: 'CONNECTED',
  stream: null,
  hasSynced: true,
  hasLibrary: true,
  hasDialog: false,
  version: '2',
};

describe('Liveness', () => {
  let liveness: Liveness;
  afterEach(() => liveness.stop());

  function watch(
    readStatus: () => Promise<PageStatus>,
    askBrowser: () => Promise<unknown> = () => Promise.resolve(),
    isPageThere = () => true,
    isSettled = () => false,
  ): Promise<{ probes: Probe[]; dead: string }> {
    const probes: Probe[] = [];
    return new Promise((resolve) => {
      liveness = new Liveness({
        intervalMs: 5,
        timeoutMs: 20,
        now: Date.now,
        isPageThere,
        isSettled,
        readStatus,
        askBrowser,
        onAnswer: (probe) => probes.push(probe),
        onMiss: (probe) => probes.push(probe),
        onDead: (dead) => resolve({ probes, dead }),
      });
      liveness.start();
    });
  }

  it('gives a page up after three misses in a row', async () => {
    const { probes, dead } = await watch(() => new Promise(() => undefined));
    expect(probes.map(({ ok, missed }) => [ok, missed])).toEqual([
      [false, 1],
      [false, 2],
      [false, 3],
    ]);
    expect(dead).toBe('the page does not answer, the browser does');
  });

  it('asks a page that has worked for long only once more', async () => {
    const isSettled = () => true;
    const { probes, dead } = await watch(() => new Promise(() => undefined), undefined, undefined, isSettled);
    expect(probes.map(({ missed }) => missed)).toEqual([1, 2]);
    expect(dead).toBe('the page does not answer, the browser does');
  });

  it('takes a refusal for no silence, however long the page has worked', async () => {
    const isSettled = () => true;
    const refuse = () => Promise.reject(new Error('it loads anew'));
    const { probes } = await watch(refuse, undefined, undefined, isSettled);
    expect(probes.map(({ missed }) => missed)).toEqual([1, 2, 3]);
  });

  it('an answer in between starts the count anew', async () => {
    const answers = [false, false, true, false, false, false];
    const { probes } = await watch(() =>
      answers.shift() ? Promise.resolve(status) : Promise.reject(new Error('gone')),
    );
    expect(probes.map(({ missed }) => missed)).toEqual([1, 2, 0, 1, 2, 3]);
  });

  it('tells a hung browser from a hung page', async () => {
    const { dead } = await watch(
      () => Promise.reject(new Error('gone')),
      () => Promise.reject(new Error('gone')),
    );
    expect(dead).toBe('neither page nor browser answers');
  });

  it('judges nothing but the browser while no page has loaded', async () => {
    const answers = [true, true, true, true];
    const { probes, dead } = await watch(
      () => Promise.reject(new Error('it waits for its server')),
      () => (answers.shift() ? Promise.resolve() : Promise.reject(new Error('gone'))),
      () => false,
    );
    expect(probes.map(({ missed }) => missed)).toEqual([1, 2, 3]);
    expect(dead).toBe('neither page nor browser answers');
  });
});
