import { describe, expect, it } from '@jest/globals';
import type { Reason, TenantStatus } from '@wafleet/contracts';
import { needOfPerson, type Need } from './need-of-person';

const rows: [TenantStatus, Reason | null, boolean, Need][] = [
  ['ERROR', 'phone_logged_out', true, 'needed'],
  ['ERROR', 'max_reconnects', true, 'needed'],
  ['ERROR', 'permission_denied', false, 'needed'],
  ['ERROR', 'signed_out_by_user', true, 'over'],
  ['QR_PENDING', 'awaiting_scan', false, 'over'],
  ['QR_PENDING', 'qr_expired', false, 'over'],
  ['QR_PENDING', 'awaiting_scan', true, 'needed'],
  ['QR_PENDING', 'qr_expired', true, 'needed'],
  ['ACTIVE', null, true, 'over'],
  ['ACTIVE', 'different_number', true, 'needed'],
  ['STARTING', null, false, 'unchanged'],
  ['STARTING', 'capacity_wait', true, 'unchanged'],
  ['RECOVERING', 'browser_crashed', true, 'unchanged'],
  ['PAUSED', 'stopped_by_user', true, 'over'],
  ['NEW', null, false, 'over'],
  ['ERASING', null, true, 'over'],
];

describe('needOfPerson', () => {
  it.each(rows)('%s (%s), linked before: %s → %s', (status, reason, wasLinked, need) => {
    expect(needOfPerson({ status, reason, wasLinked })).toBe(need);
  });
});
