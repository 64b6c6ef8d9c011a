import { describe, expect, it } from '@jest/globals';
import { incidentLimits } from '../incidents';
import { incidentEventSchema, type IncidentEvent } from './incidents';
import { maxFrameBytes } from './protocol';

/** A record with as much of everything as there may be. */
function fullIncident(extraLines = 0): IncidentEvent {
  const lines = (count: number) =>
    Array.from({ length: count + extraLines }, () => ({
      at: Date.now(),
      level: 'error',
      text: '\u{10FFFF}'.repeat(incidentLimits.lineLength / 2),
    }));
  const many = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
  return {
    kind: 'incident',
    number: 1,
    at: Date.now(),
    reason: 'renderer_crashed',
    detail: 'x'.repeat(500),
    evidence: {
      transitions: many(incidentLimits.transitions, {
        at: 1,
        state: 'AUTHENTICATING',
        phase: 'authenticating',
        reason: 'whatsapp_unreachable',
      }),
      probes: many(incidentLimits.probes, { at: 1, ok: true, latencyMs: 1 }),
      memory: many(incidentLimits.memory, { at: 1, nodeBytes: 1e9, browserBytes: 1e9 }),
      console: lines(incidentLimits.console),
      pageErrors: lines(incidentLimits.pageErrors),
      browserOutput: lines(incidentLimits.browserOutput),
      browserExit: { code: null, signal: 'SIGKILL' },
      rendererExit: { status: 'killed', code: 9 },
      outOfMemory: 'kernel',
      versions: { whatsappWeb: '2', browser: '156', library: '1', worker: '1' },
    },
    screenshot: Buffer.alloc(incidentLimits.screenshotBytes).toString('base64'),
    noScreenshot: null,
  };
}

describe('an incident', () => {
  it('with everything there may be fits the contract, and a tenth of a frame', () => {
    const event = fullIncident();
    expect(incidentEventSchema.parse(event)).toEqual(event);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(maxFrameBytes / 10);
  });

  it('with one line more does not', () => {
    expect(incidentEventSchema.safeParse(fullIncident(1)).success).toBe(false);
  });
});
