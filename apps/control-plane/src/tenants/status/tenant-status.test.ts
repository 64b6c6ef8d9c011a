import { describe, expect, it } from '@jest/globals';
import { desiredStates, sessionStates, workerStatuses, type Reason } from '@wafleet/contracts';
import { effectiveStatus, tenantStatus, type StatusFacts, type StatusSummary } from './tenant-status';

const now = 1_000_000;

interface Given {
  desired?: StatusFacts['desiredState'];
  parked?: Reason;
  worker?: Partial<StatusFacts['worker']>;
  session?: Partial<StatusFacts['session']>;
  greenForMs?: number | null;
  before?: StatusSummary;
}

function facts(given: Given): StatusFacts {
  const greenForMs = given.greenForMs === undefined ? 10_000 : given.greenForMs;
  return {
    now,
    desiredState: given.desired ?? 'RUNNING',
    parkedReason: given.parked ?? null,
    worker: { status: 'RUNNING', reason: null, generation: 1, ...given.worker },
    session: { state: 'CONNECTED', reason: null, isLinked: true, isAccepted: true, ...given.session },
    greenUntil: greenForMs === null ? null : now + greenForMs,
    before: given.before ?? { status: 'STARTING', reason: null },
  };
}

const unlinked = (state: StatusFacts['session']['state'], reason: Reason | null = null) => ({
  state,
  reason,
  isLinked: false,
});

const rows: [title: string, given: Given, expected: [StatusSummary['status'], Reason | null]][] = [
  ['wanted erased', { desired: 'ERASED' }, ['ERASING', null]],
  ['wanted stopped', { desired: 'STOPPED' }, ['PAUSED', 'stopped_by_user']],
  ['wanted stopped, never ran', { desired: 'STOPPED', worker: { generation: 0 } }, ['NEW', null]],
  [
    'just created',
    { worker: { status: 'STOPPED', generation: 0 }, session: unlinked('DISCONNECTED') },
    ['STARTING', null],
  ],
  [
    'worker starting',
    { worker: { status: 'STARTING' }, session: { state: 'DISCONNECTED' } },
    ['STARTING', null],
  ],
  [
    'waiting for capacity',
    { worker: { status: 'STOPPED', reason: 'capacity_wait' } },
    ['STARTING', 'capacity_wait'],
  ],
  ['session starting, first link', { session: unlinked('STARTING') }, ['STARTING', null]],
  ['session authenticating, first link', { session: unlinked('AUTHENTICATING') }, ['STARTING', null]],
  ['session starting, linked before', { session: { state: 'STARTING' } }, ['RECOVERING', null]],
  ['session authenticating, linked before', { session: { state: 'AUTHENTICATING' } }, ['RECOVERING', null]],
  ['QR shown', { session: unlinked('QR_READY', 'awaiting_scan') }, ['QR_PENDING', 'awaiting_scan']],
  [
    'pairing code shown',
    { session: unlinked('QR_READY', 'awaiting_pairing_code') },
    ['QR_PENDING', 'awaiting_pairing_code'],
  ],
  ['connected, probe fresh', {}, ['ACTIVE', null]],
  ['connected, another number linked', { session: { reason: 'different_number' } }, ['ACTIVE', null]],
  ['connected, probe overdue', { greenForMs: 0 }, ['RECOVERING', 'probe_overdue']],
  ['connected, never probed', { greenForMs: null }, ['RECOVERING', 'probe_overdue']],
  [
    'reconnecting',
    { session: { state: 'RECONNECTING', reason: 'network_lost' } },
    ['RECOVERING', 'network_lost'],
  ],
  ['worker stopped, restart due', { worker: { status: 'STOPPED' } }, ['RECOVERING', null]],
  [
    'worker crashed, restart due',
    { worker: { status: 'ERROR', reason: 'worker_exited' } },
    ['RECOVERING', 'worker_exited'],
  ],
  ['worker hung', { worker: { status: 'ERROR', reason: 'worker_hung' } }, ['RECOVERING', 'worker_hung']],
  [
    'starting again after a crash',
    { worker: { status: 'STARTING', reason: 'worker_exited' } },
    ['RECOVERING', 'worker_exited'],
  ],
  ['crash loop', { worker: { status: 'ERROR', reason: 'crash_looping' } }, ['ERROR', 'crash_looping']],
  [
    'reconnects used up',
    { session: { state: 'DISCONNECTED', reason: 'max_reconnects' } },
    ['ERROR', 'max_reconnects'],
  ],
  [
    'page incompatible',
    { session: { state: 'RECONNECTING', reason: 'page_incompatible' } },
    ['ERROR', 'page_incompatible'],
  ],
  [
    'files not accessible',
    { worker: { status: 'ERROR', reason: 'permission_denied' } },
    ['ERROR', 'permission_denied'],
  ],
  ['QR expired', { parked: 'qr_expired', worker: { status: 'STOPPED' } }, ['QR_PENDING', 'qr_expired']],
  [
    'logged out on the phone',
    { parked: 'phone_logged_out', worker: { status: 'STOPPED' } },
    ['ERROR', 'phone_logged_out'],
  ],
  [
    'opened elsewhere',
    { parked: 'opened_elsewhere', worker: { status: 'STOPPED' } },
    ['ERROR', 'opened_elsewhere'],
  ],
  ['number in use', { parked: 'number_in_use', worker: { status: 'STOPPED' } }, ['ERROR', 'number_in_use']],
  [
    'parked but paused by a person',
    { desired: 'STOPPED', parked: 'qr_expired' },
    ['PAUSED', 'stopped_by_user'],
  ],
];

describe('tenantStatus', () => {
  it.each(rows)('%s', (_title, given, [status, reason]) => {
    expect(tenantStatus(facts(given))).toEqual({ status, reason });
  });

  it('a repair keeps the name of its cause until it has another, or is over', () => {
    const before: StatusSummary = { status: 'RECOVERING', reason: 'worker_exited' };
    expect(tenantStatus(facts({ before, session: { state: 'STARTING' } }))).toEqual(before);
    expect(
      tenantStatus(facts({ before, session: { state: 'RECONNECTING', reason: 'network_lost' } })),
    ).toEqual({ status: 'RECOVERING', reason: 'network_lost' });
    expect(tenantStatus(facts({ before }))).toEqual({ status: 'ACTIVE', reason: null });
    expect(tenantStatus(facts({ before, desired: 'ERASED' }))).toEqual({ status: 'ERASING', reason: null });
  });

  it('is green only while a worker runs, a session is connected and a probe is fresh', () => {
    for (const desired of desiredStates)
      for (const status of workerStatuses)
        for (const state of sessionStates)
          for (const greenForMs of [null, 0, 1]) {
            const summary = tenantStatus(
              facts({ desired, worker: { status }, session: { state }, greenForMs }),
            );
            const isProven =
              desired === 'RUNNING' && status === 'RUNNING' && state === 'CONNECTED' && greenForMs === 1;
            expect(summary.status === 'ACTIVE').toBe(isProven);
          }
  });
});

describe('effectiveStatus', () => {
  const row = { status: 'ACTIVE' as const, statusReason: null, greenUntil: new Date(now) };

  it('shows green until it expires', () => {
    expect(effectiveStatus(row, new Date(now - 1))).toEqual({ status: 'ACTIVE', reason: null });
  });

  it('shows expired green as overdue, whatever the row still says', () => {
    expect(effectiveStatus(row, new Date(now))).toEqual({ status: 'RECOVERING', reason: 'probe_overdue' });
    expect(effectiveStatus({ ...row, greenUntil: null }, new Date(now)).status).toBe('RECOVERING');
  });
});
