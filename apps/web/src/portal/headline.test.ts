import { describe, expect, it } from '@jest/globals';
import {
  reasonCodes,
  reasons,
  sessionStates,
  tenantStatuses,
  type TenantStatusView,
} from '@wafleet/contracts';
import { headline, slowStartMs } from './headline';

const since = '2026-11-20T10:00:00.000Z';
const now = new Date(since).getTime() + 5_000;

type Facts = {
  status: TenantStatusView['status'];
  reason?: keyof typeof reasons;
  state?: TenantStatusView['session']['state'];
  stoppedBy?: string | null;
  place?: number | null;
};

function statusOf({
  status,
  reason,
  state = 'STARTING',
  stoppedBy = null,
  place = null,
}: Facts): TenantStatusView {
  return {
    status,
    since,
    stoppedBy,
    place,
    detail: null,
    reason: reason === undefined ? null : { code: reason, ...reasons[reason] },
    session: { state, syncPercent: 64 },
  } as TenantStatusView;
}

const told = (facts: Facts, at = now) => headline(statusOf(facts), at);

describe('the headline of a session', () => {
  it.each<[Facts, string, string[]]>([
    [{ status: 'NEW' }, 'Not connected yet', ['connect']],
    [{ status: 'STARTING' }, 'Starting your session', []],
    [{ status: 'STARTING', reason: 'capacity_wait' }, 'Waiting for a free place', []],
    [{ status: 'STARTING', state: 'AUTHENTICATING' }, 'Phone linked, finishing set-up', []],
    [{ status: 'QR_PENDING', reason: 'awaiting_scan' }, 'Waiting for a scan', ['connect']],
    [{ status: 'QR_PENDING', reason: 'qr_expired' }, 'The code expired', ['connect']],
    [{ status: 'ACTIVE', state: 'CONNECTED' }, 'Connected', ['restart', 'logout', 'reset']],
    [
      { status: 'ACTIVE', reason: 'different_number' },
      'Another number was linked',
      ['accept_number', 'restart', 'logout', 'reset'],
    ],
    [
      { status: 'RECOVERING', reason: 'network_lost', state: 'RECONNECTING' },
      'Reconnecting',
      ['try_now', 'reset'],
    ],
    [{ status: 'RECOVERING', reason: 'worker_exited' }, 'Repairing your session', ['reset']],
    [{ status: 'ERROR', reason: 'phone_logged_out' }, 'WhatsApp was unlinked', ['connect']],
    [{ status: 'ERROR', reason: 'opened_elsewhere' }, 'Opened somewhere else', ['take_over', 'leave_there']],
    [{ status: 'ERROR', reason: 'crash_looping' }, 'Ends again and again', ['try_now', 'reset']],
    [{ status: 'PAUSED', reason: 'stopped_by_user' }, 'Session stopped', ['start']],
    [{ status: 'PAUSED', reason: 'moved' }, 'Session moved', []],
  ])('of %j is %s', (facts, title, acts) => {
    expect(told(facts)).toMatchObject({ title, acts });
  });

  it('says how far the set-up is, and offers a restart only of a slow start', () => {
    expect(told({ status: 'STARTING', state: 'AUTHENTICATING' }).text).toContain('64 %');
    expect(told({ status: 'STARTING' }, now + slowStartMs).acts).toEqual(['restart', 'reset']);
  });

  it('is whole for every status, reason and session state; what a person must do has a button, or names who must', () => {
    for (const status of tenantStatuses)
      for (const reason of [undefined, ...reasonCodes])
        for (const state of sessionStates) {
          const { title, text, acts, tone } = told({ status, state, ...(reason ? { reason } : {}) });
          expect([title !== '', text !== '', tone !== undefined]).toEqual([true, true, true]);
          if (status !== 'ERROR' || !reason || reasons[reason].userAction === 'none') continue;
          const isLed =
            acts.length > 0 || /administrator/.test(text) || reasons[reason].userAction === 'stop_sending';
          expect([reason, isLed]).toEqual([reason, true]);
        }
  });

  it('says who stopped it, without the name of an operator, and its place while it waits', () => {
    const text = (facts: Facts) => told(facts).text;
    expect(text({ status: 'PAUSED', stoppedBy: 'olive@example.com' })).toMatch(
      /^Stopped by olive@example\.com\. /,
    );
    expect(text({ status: 'PAUSED', stoppedBy: 'operator' })).toMatch(/^Stopped by an operator\. /);
    expect(text({ status: 'PAUSED' })).not.toMatch(/Stopped by/);
    const waits = { status: 'STARTING', reason: 'capacity_wait' } as const;
    expect(text({ ...waits, place: 3 })).toMatch(/^You are number 3\. /);
    expect(text(waits)).not.toMatch(/number/);
  });
});
