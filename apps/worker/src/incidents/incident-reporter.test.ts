import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  incidentEventSchema,
  incidentLimits,
  lastingTroubleMs,
  type IncidentEvent,
  type Reason,
} from '@wafleet/contracts';
import type { SessionModel } from '../session/machine/session-model';
import { BrowserJournal } from '../whatsapp/browser/browser-journal';
import type { Picture } from '../whatsapp/whatsapp-client';
import { IncidentReporter } from './incident-reporter';

let reports: IncidentEvent[];
let hasRoom: boolean;
let picture: Promise<Picture>;
let reporter: IncidentReporter;

function see(
  state: SessionModel['state'],
  reason: Reason | null,
  phase: SessionModel['phase'] = 'connected',
): void {
  reporter.onTransition({ state, reason, phase, detail: null, retryPlanned: phase === 'waiting' });
}

/** What was begun is sent. */
const settled = () => jest.advanceTimersByTimeAsync(0);

beforeEach(() => {
  jest.useFakeTimers();
  reports = [];
  hasRoom = true;
  picture = Promise.resolve({ jpeg: '/9j/' });
  reporter = new IncidentReporter({
    versions: () => ({ whatsappWeb: '2.3000.1', browser: null, library: '1.0.0', worker: '0.1.0' }),
    readJournal: () => new BrowserJournal(() => 0).read(),
    takePicture: () => picture,
    now: () => 1_000,
    report: (event) => {
      if (hasRoom) reports.push(event);
      return hasRoom;
    },
  });
});

afterEach(async () => {
  await reporter.stop();
  jest.useRealTimers();
});

describe('IncidentReporter', () => {
  it('reports a crash at once and once, with what went before', async () => {
    see('CONNECTED', null);
    reporter.onProbe({ ok: true, at: 900, latencyMs: 3, missed: 0 });
    see('RECONNECTING', 'renderer_crashed', 'waiting');
    see('RECONNECTING', 'renderer_crashed', 'launching');
    await settled();
    expect(reports).toHaveLength(1);
    expect(incidentEventSchema.parse(reports[0])).toMatchObject({
      number: 1,
      reason: 'renderer_crashed',
      evidence: {
        transitions: [{ state: 'CONNECTED' }, { state: 'RECONNECTING', reason: 'renderer_crashed' }],
        probes: [{ at: 900, ok: true }],
      },
      screenshot: null,
      noScreenshot: 'the page had crashed',
    });
  });

  it('reports each browser that ends in the same way', async () => {
    for (const phase of ['loading', 'waiting', 'launching', 'loading', 'waiting'] as const)
      see('RECONNECTING', 'page_timeout', phase);
    await settled();
    expect(reports.map(({ number, reason }) => [number, reason])).toEqual([
      [1, 'page_timeout'],
      [2, 'page_timeout'],
      [3, 'page_timeout'],
    ]);
  });

  it('reports what is over within the same moment', async () => {
    see('RECONNECTING', 'auth_timeout', 'waiting');
    see('DISCONNECTED', 'max_reconnects', 'waiting');
    see('STARTING', null, 'launching');
    await settled();
    expect(reports.map(({ reason }) => reason)).toEqual(['auth_timeout', 'max_reconnects']);
  });

  it('waits for the picture, and says why there is none', async () => {
    see('RECONNECTING', 'ready_timeout', 'waiting');
    await settled();
    picture = Promise.resolve({ none: 'no page was open' });
    see('RECONNECTING', 'page_timeout', 'waiting');
    await reporter.stop();
    expect(reports).toMatchObject([
      { screenshot: '/9j/', noScreenshot: null },
      { screenshot: null, noScreenshot: 'no page was open' },
    ]);
  });

  it('reports a lost network only when it lasts', async () => {
    see('RECONNECTING', 'network_lost', 'offline');
    jest.advanceTimersByTime(lastingTroubleMs - 1);
    see('CONNECTED', null);
    await jest.advanceTimersByTimeAsync(lastingTroubleMs);
    expect(reports).toEqual([]);
    see('RECONNECTING', 'network_lost', 'offline');
    await jest.advanceTimersByTimeAsync(lastingTroubleMs);
    expect(reports.map(({ reason }) => reason)).toEqual(['network_lost']);
  });

  it('reports nothing that is no trouble', async () => {
    see('QR_READY', 'awaiting_scan', 'linking');
    see('RECONNECTING', 'probe_overdue');
    await settled();
    expect(reports).toEqual([]);
  });

  it('counts only what found room', async () => {
    hasRoom = false;
    see('RECONNECTING', 'browser_crashed', 'waiting');
    await settled();
    hasRoom = true;
    see('RECONNECTING', 'browser_hung', 'waiting');
    await settled();
    expect(reports.map(({ number }) => number)).toEqual([1]);
  });

  it('keeps no more than the contract allows', async () => {
    for (let round = 0; round < 100; round += 1) {
      see(round % 2 ? 'CONNECTED' : 'QR_READY', null);
      reporter.onProbe({ ok: true, at: round, latencyMs: 1, missed: 0 });
    }
    see('RECONNECTING', 'browser_hung', 'waiting');
    await settled();
    const { evidence } = incidentEventSchema.parse(reports[0]);
    expect(evidence.transitions).toHaveLength(incidentLimits.transitions);
    expect(evidence.probes.at(-1)?.at).toBe(99);
  });
});
