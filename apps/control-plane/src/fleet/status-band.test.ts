import { describe, expect, it } from '@jest/globals';
import type { TenantEvent } from '@wafleet/contracts';
import { statusBand } from './status-band';

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;
const changed = (minute: number, status: string, reason: string | null = null): TenantEvent => ({
  id: `ep1-${minute}`,
  type: 'tenant.status',
  tenantId: 'ten_01arz3ndektsv4rrffq69g5fav',
  at: at(minute),
  data: { status, reason },
});
const time = { from: at(0), to: at(59) };

describe('the band of a status', () => {
  it('has no gaps from the beginning on where that is known', () => {
    const events = [
      changed(20, 'ACTIVE'),
      { ...changed(15, 'x'), type: 'worker.started' as const },
      changed(10, 'RECOVERING', 'browser_crashed'),
    ];
    expect(statusBand({ status: 'ACTIVE', reason: null }, events, time)).toEqual([
      { status: 'ACTIVE', reason: null, from: at(0), to: at(10) },
      { status: 'RECOVERING', reason: 'browser_crashed', from: at(10), to: at(20) },
      { status: 'ACTIVE', reason: null, from: at(20), to: at(59) },
    ]);
  });

  it('begins with the first change where nothing is known of before', () => {
    expect(statusBand(null, [changed(30, 'PAUSED', 'stopped_by_user')], time)).toEqual([
      { status: 'PAUSED', reason: 'stopped_by_user', from: at(30), to: at(59) },
    ]);
    expect(statusBand(null, [], time)).toEqual([]);
  });
});
