import { describe, expect, it } from '@jest/globals';
import { sendRefusal } from './send-refusal';

const running = {
  desiredState: 'RUNNING',
  status: 'RECOVERING',
  parkedReason: null,
  statusReason: null,
} as const;

describe('sendRefusal', () => {
  it.each([
    ['a healthy session takes it', running, null],
    [
      'a session that works takes it, whatever else a person is to decide',
      { ...running, status: 'ACTIVE', statusReason: 'different_number' },
      null,
    ],
    ['a session under repair takes it', { ...running, statusReason: 'network_lost' }, null],
    ['a crashed worker takes it', { ...running, statusReason: 'worker_exited' }, null],
    ['an unknown reason takes it', { ...running, statusReason: 'of_a_newer_version' }, null],
    [
      'a session that waits for a scan refuses it',
      { ...running, statusReason: 'awaiting_scan' },
      { code: 'NEEDS_PERSON', reason: 'awaiting_scan' },
    ],
    [
      'a parked tenant refuses it with the reason of its parking',
      { ...running, parkedReason: 'phone_logged_out', statusReason: 'worker_exited' },
      { code: 'NEEDS_PERSON', reason: 'phone_logged_out' },
    ],
    [
      'reconnects used up refuse it',
      { ...running, statusReason: 'max_reconnects' },
      { code: 'NEEDS_PERSON', reason: 'max_reconnects' },
    ],
    [
      'a stopped tenant refuses it',
      { ...running, desiredState: 'STOPPED' },
      { code: 'NOT_RUNNING', reason: 'stopped_by_user' },
    ],
    [
      'a tenant being erased refuses it',
      { ...running, desiredState: 'ERASED' },
      { code: 'TENANT_ERASING', reason: null },
    ],
  ] as const)('%s', (_title, tenant, expected) => {
    expect(sendRefusal(tenant)).toEqual(expected);
  });
});
