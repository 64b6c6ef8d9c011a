import { describe, expect, it } from '@jest/globals';
import { reconnectView } from './reconnect-view';

type Row = Parameters<typeof reconnectView>[0];

const later = new Date('2026-01-01T00:00:05.000Z');
const session: Row['session'] = {
  state: 'RECONNECTING',
  reason: 'browser_crashed',
  attempt: 3,
  nextAttemptAt: later,
};
const worker: Row['worker'] = { status: 'RUNNING', reason: null, crashes: [], nextStartAt: null };
const ended: Row['worker'] = { ...worker, status: 'ERROR', reason: 'worker_exited' };

const cases: [title: string, row: Partial<Row>, expected: object][] = [
  [
    'a running worker counts its own attempts',
    {},
    { reason: { code: 'browser_crashed' }, attempt: 3, nextAttemptAt: later.toISOString(), isSlow: false },
  ],
  [
    'used-up attempts are slow',
    { session: { ...session, state: 'DISCONNECTED', reason: 'max_reconnects' } },
    { state: 'DISCONNECTED', reason: { code: 'max_reconnects' }, isSlow: true },
  ],
  [
    'while no worker runs, crashes and the next start count',
    { worker: { ...ended, crashes: [later, later], nextStartAt: later } },
    { reason: { code: 'worker_exited' }, attempt: 2, nextAttemptAt: later.toISOString(), isSlow: false },
  ],
  [
    'a crash loop is slow',
    { worker: { ...ended, reason: 'crash_looping', nextStartAt: later } },
    { reason: { code: 'crash_looping' }, isSlow: true },
  ],
  [
    'a parked tenant has nothing planned',
    { parkedReason: 'opened_elsewhere' },
    { reason: { code: 'opened_elsewhere' }, nextAttemptAt: null },
  ],
  [
    'where all is well nothing is planned',
    { session: { state: 'CONNECTED', reason: null, attempt: 0, nextAttemptAt: null } },
    { state: 'CONNECTED', reason: null, attempt: 0, nextAttemptAt: null, isSlow: false },
  ],
];

describe('what reconnects next', () => {
  it.each(cases)('%s', (_title, row, expected) => {
    expect(reconnectView({ parkedReason: null, session, worker, ...row })).toMatchObject(expected);
  });
});
