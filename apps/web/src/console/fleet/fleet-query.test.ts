import { describe, expect, it } from '@jest/globals';
import type { FleetRow } from '@wafleet/contracts';
import { compareRows } from './fleet-order';
import { matchesFleetQuery, parseFleetQuery, statusesIn, withStatuses } from './fleet-query';

const now = Date.parse('2026-01-01T12:00:00.000Z');
const row = (part: Partial<FleetRow> = {}): FleetRow => ({
  id: 'ten_01arz3ndektsv4rrffq69g5fav',
  name: 'Bakery North',
  phoneNumber: '15550100142',
  status: 'ERROR',
  reason: 'browser_crashed',
  since: '2026-01-01T11:50:00.000Z',
  desiredState: 'RUNNING',
  memoryMib: 420,
  cpuPercent: 5,
  messagesPerMinute: 3,
  restarts: 2,
  lastSeenAt: '2026-01-01T11:52:00.000Z',
  whatsappWebVersion: '2.3000.10',
  ...part,
});
const finds = (text: string, of = row()) => matchesFleetQuery(parseFleetQuery(text), of, now);

describe('the search of the fleet', () => {
  it.each([
    '',
    'bakery',
    'north bak',
    '+1555',
    'status:error',
    'status:active,error',
    'STATUS:ERROR',
    'reason:browser_crashed,browser_hung',
    'seen:>5m',
    'seen:<10m',
    'since:>9m',
    'memory:>400 cpu:<10 restarts:>1 messages:>2',
    'version:2.3000',
    'status:error reason:browser_crashed seen:>5m bakery',
    'status:',
  ])('"%s" finds it', (text) => expect([parseFleetQuery(text).problems, finds(text)]).toEqual([[], true]));

  it.each([
    'florist',
    'status:active',
    'reason:page_timeout',
    'seen:>10m',
    'memory:>420',
    'version:2.2',
    'bakery status:new',
  ])('"%s" does not', (text) => expect([parseFleetQuery(text).problems, finds(text)]).toEqual([[], false]));

  it('finds who never answered as long silent, and nothing by a number that nobody knows', () => {
    expect(finds('seen:>7d', row({ lastSeenAt: null }))).toBe(true);
    expect(finds('memory:<9999', row({ memoryMib: null }))).toBe(false);
  });

  it.each(['status:broken', 'status:constructor', 'seen:5', 'memory:much', 'colour:red'])(
    '"%s" is said not to be understood',
    (text) => {
      expect(parseFleetQuery(text).problems).toHaveLength(1);
    },
  );

  it('has its statuses chosen without losing the rest', () => {
    const text = withStatuses('bakery status:error seen:>5m', ['QR_PENDING', 'ACTIVE']);
    expect(text).toBe('status:scan,active bakery seen:>5m');
    expect(statusesIn(text)).toEqual(['QR_PENDING', 'ACTIVE']);
    expect(withStatuses(text, [])).toBe('bakery seen:>5m');
  });
});

describe('the order of the fleet', () => {
  it('has the worst first, of them the one that is so the longest, and of equals always the same one', () => {
    const rows = [
      row({ id: 'd', status: 'PAUSED' }),
      row({ id: 'b', since: '2026-01-01T11:00:00.000Z' }),
      row({ id: 'c', status: 'ACTIVE' }),
      row({ id: 'a' }),
      row({ id: 'e' }),
    ];
    const ids = (all: FleetRow[]) => all.sort(compareRows('worst')).map(({ id }) => id);
    expect(ids([...rows])).toEqual(['b', 'a', 'e', 'c', 'd']);
    expect(ids([...rows].reverse())).toEqual(['b', 'a', 'e', 'c', 'd']);
  });
});
