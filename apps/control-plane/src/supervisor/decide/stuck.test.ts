import { describe, expect, it } from '@jest/globals';
import type { SessionFacts } from './facts';
import { stuckAs } from './stuck';

const now = 10_000_000;
const policy = { stuckMs: 600_000, unscannedMs: 320_000 };
const stuck = (session: Partial<SessionFacts>, startedAt = 0, openedAt = 0) =>
  stuckAs(policy, {
    now,
    worker: { startedAt },
    link: { generation: 1, openedAt, silentMs: 0 },
    session: {
      state: 'STARTING',
      reason: null,
      since: now - policy.stuckMs,
      toldAt: now - policy.stuckMs,
      nextAttemptAt: null,
      pairingExpiresAt: null,
      isLinked: true,
      linkIsDurable: true,
      ...session,
    },
  });

describe('stuckAs', () => {
  it.each([
    ['connecting without a word for ten minutes', stuck({}), 'no_progress'],
    ['a repair that never ends', stuck({ state: 'RECONNECTING', reason: 'browser_crashed' }), 'no_progress'],
    ['told something meanwhile', stuck({ toldAt: now - policy.stuckMs + 1 }), null],
    ['a worker that has only just started', stuck({}, now - 1_000), null],
    ['a network outage', stuck({ state: 'RECONNECTING', reason: 'network_lost' }), null],
    ['a try that is planned', stuck({ state: 'RECONNECTING', nextAttemptAt: now + 1 }), null],
    ['a try that is overdue', stuck({ state: 'RECONNECTING', nextAttemptAt: now - 1 }), 'no_progress'],
    ['a code that nobody scanned', stuck({ state: 'QR_READY' }), 'unscanned'],
    ['a code that is not old', stuck({ state: 'QR_READY', since: now - 319_999 }), null],
    [
      'a code to type that was asked for later',
      stuck({ state: 'QR_READY', pairingExpiresAt: now - 1 }),
      null,
    ],
    ['a link that has told nothing yet', stuck({ state: 'QR_READY' }, 0, now - 1_000), null],
    ['connected', stuck({ state: 'CONNECTED' }), null],
  ])('%s', (_title, result, expected) => {
    expect(result).toBe(expected);
  });
});
