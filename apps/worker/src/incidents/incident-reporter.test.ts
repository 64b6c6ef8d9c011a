import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  incidentEventSchema,
  incidentLimits,
  lastingTroubleMs,
  type IncidentEvent,
  type Reason,
  type SessionSnapshot,
} from '@wafleet/contracts';
import { IncidentReporter } from './incident-reporter';

let reports: IncidentEvent[];
let hasRoom: boolean;
let reporter: IncidentReporter;

function see(state: SessionSnapshot['state'], reason: Reason | null): void {
  const versions = { whatsappWeb: '2.3000.1', browser: null, library: '1.0.0' };
  reporter.onSession({ state, reason, detail: null, versions } as SessionSnapshot, 'up');
}

beforeEach(() => {
  jest.useFakeTimers();
  reports = [];
  hasRoom = true;
  reporter = new IncidentReporter({
    libraryVersion: '1.0.0',
    workerVersion: '0.1.0',
    now: () => 1_000,
    report: (event) => {
      if (hasRoom) reports.push(event);
      return hasRoom;
    },
  });
});

afterEach(() => {
  reporter.stop();
  jest.useRealTimers();
});

describe('IncidentReporter', () => {
  it('reports a crash at once and once, with what went before', () => {
    see('CONNECTED', null);
    reporter.onProbe({ ok: true, at: 900, latencyMs: 3, missed: 0 });
    see('RECONNECTING', 'renderer_crashed');
    see('DISCONNECTED', 'renderer_crashed');
    expect(reports).toHaveLength(1);
    expect(incidentEventSchema.parse(reports[0])).toMatchObject({
      number: 1,
      reason: 'renderer_crashed',
      evidence: {
        transitions: [{ state: 'CONNECTED' }, { state: 'RECONNECTING', reason: 'renderer_crashed' }],
        probes: [{ at: 900, ok: true }],
      },
    });
  });

  it('reports a lost network only when it lasts', () => {
    see('RECONNECTING', 'network_lost');
    jest.advanceTimersByTime(lastingTroubleMs - 1);
    see('CONNECTED', null);
    jest.advanceTimersByTime(lastingTroubleMs);
    expect(reports).toEqual([]);
    see('RECONNECTING', 'network_lost');
    jest.advanceTimersByTime(lastingTroubleMs);
    expect(reports.map(({ reason }) => reason)).toEqual(['network_lost']);
  });

  it('reports nothing that is no trouble', () => {
    see('QR_READY', 'awaiting_scan');
    see('RECONNECTING', 'probe_overdue');
    expect(reports).toEqual([]);
  });

  it('counts only what found room', () => {
    hasRoom = false;
    see('RECONNECTING', 'browser_crashed');
    hasRoom = true;
    see('RECONNECTING', 'browser_hung');
    expect(reports.map(({ number }) => number)).toEqual([1]);
  });

  it('keeps no more than the contract allows', () => {
    for (let round = 0; round < 100; round += 1) {
      see(round % 2 ? 'CONNECTED' : 'QR_READY', null);
      reporter.onProbe({ ok: true, at: round, latencyMs: 1, missed: 0 });
    }
    see('RECONNECTING', 'browser_hung');
    const { evidence } = incidentEventSchema.parse(reports[0]);
    expect(evidence.transitions).toHaveLength(incidentLimits.transitions);
    expect(evidence.probes.at(-1)?.at).toBe(99);
  });
});
