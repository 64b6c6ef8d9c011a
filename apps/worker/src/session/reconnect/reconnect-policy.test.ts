import { describe, expect, it } from '@jest/globals';
import { reasonCodes, reasons } from '@wafleet/contracts';
import { decideRetry, nextOutageStep, type OutageFacts } from './reconnect-policy';

const policy = { firstMs: 3_000, maxMs: 300_000, attempts: 10, slowMs: 900_000, machineMs: 30_000 };

describe('decideRetry', () => {
  it.each([
    [0, { kind: 'retry', attempt: 1, delayMs: 0 }],
    [1, { kind: 'retry', attempt: 2, delayMs: 3_000 }],
    [2, { kind: 'retry', attempt: 3, delayMs: 6_000 }],
    [9, { kind: 'retry', attempt: 10, delayMs: 300_000 }],
    [10, { kind: 'exhausted', delayMs: 900_000 }],
    [99, { kind: 'exhausted', delayMs: 900_000 }],
  ])('after %i attempts a crashed browser gets %j', (used, expected) => {
    expect(decideRetry('browser_crashed', used, policy, 0)).toEqual(expected);
  });

  it('never retries by itself what a person must act upon first', () => {
    for (const reason of reasonCodes.filter((code) => reasons[code].retry === 'parked')) {
      expect(decideRetry(reason, 0, policy, 0)).toEqual({ kind: 'never' });
    }
  });

  it('tries slowly, and uses no attempt, where a person is needed but a machine can notice that it is done', () => {
    expect(decideRetry('restricted', 3, policy, 0)).toEqual({ kind: 'slow', delayMs: 900_000 });
    expect(decideRetry('disk_full', 3, policy, 0)).toEqual({ kind: 'slow', delayMs: 30_000 });
  });
});

describe('nextOutageStep', () => {
  const outage = { patienceMs: 20_000, maxMs: 300_000 };
  const facts = (given: Partial<OutageFacts>): OutageFacts => ({
    isReachable: true,
    hadSignedIn: true,
    sinceStepMs: null,
    browsersUsed: 0,
    ...given,
  });

  it.each([
    [{ isReachable: false }, 'wait'],
    [{ isReachable: false, sinceStepMs: 1e9, browsersUsed: 3 }, 'wait'],
    [{}, 'nudge_socket'],
    [{ hadSignedIn: false }, 'new_browser'],
    [{ sinceStepMs: 19_999 }, 'wait'],
    [{ sinceStepMs: 20_000 }, 'new_browser'],
    [{ sinceStepMs: 20_000, browsersUsed: 1 }, 'wait'],
    [{ sinceStepMs: 40_000, browsersUsed: 1 }, 'new_browser'],
    [{ sinceStepMs: 300_000, browsersUsed: 20 }, 'new_browser'],
  ] satisfies [Partial<OutageFacts>, string][])('%j: %s', (given, expected) => {
    expect(nextOutageStep(facts(given), outage).kind).toBe(expected);
  });
});
