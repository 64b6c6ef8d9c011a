import { describe, expect, it } from '@jest/globals';
import { messageStatuses, type MessageStatus } from '@wafleet/contracts';
import fc from 'fast-check';
import { mayFollow, predecessorsOf, statusAfterAck } from './message-status';

describe('statusAfterAck', () => {
  it.each<[MessageStatus, number, MessageStatus | null]>([
    ['SENDING', 0, null],
    ['SENDING', 1, 'SENT'],
    ['SENDING', 2, 'DELIVERED'],
    ['SENDING', 3, 'READ'],
    ['SENDING', 4, 'READ'],
    ['SENDING', -1, 'FAILED'],
    ['SENT', 1, null],
    ['SENT', -1, null],
    ['SENT', 3, 'READ'],
    ['DELIVERED', 1, null],
    ['READ', 2, null],
    ['QUEUED', 1, 'SENT'],
    ['FAILED', 2, 'DELIVERED'],
    ['EXPIRED', 1, 'SENT'],
    ['CANCELLED', 1, 'SENT'],
    ['UNCERTAIN', 1, 'SENT'],
    ['UNCERTAIN', -1, 'FAILED'],
    ['RECEIVED', 3, null],
  ])('%s and ack %i gives %s', (current, ack, expected) => {
    expect(statusAfterAck(current, ack)).toBe(expected);
  });

  it('never falls, whatever the order of the acks', () => {
    const rank: Partial<Record<MessageStatus, number>> = { SENT: 1, DELIVERED: 2, READ: 3 };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 4 })), (acks) => {
        let status: MessageStatus = 'SENDING';
        for (const ack of acks) {
          const next: MessageStatus = statusAfterAck(status, ack) ?? status;
          expect(rank[next] ?? 0).toBeGreaterThanOrEqual(rank[status] ?? 0);
          status = next;
        }
        const best = Math.max(0, ...acks);
        if (best > 0) expect(rank[status]).toBe(Math.min(best, 3));
      }),
    );
  });
});

describe('mayFollow', () => {
  it('what WhatsApp has confirmed is never taken back', () => {
    for (const confirmed of ['SENT', 'DELIVERED', 'READ'] as const)
      for (const lost of ['QUEUED', 'SENDING', 'FAILED', 'EXPIRED', 'CANCELLED', 'UNCERTAIN'] as const)
        expect(mayFollow(confirmed, lost)).toBe(false);
  });

  it('only what waits can be cancelled', () => {
    expect(predecessorsOf('CANCELLED')).toEqual(['SCHEDULED', 'QUEUED']);
  });

  it('what came in stays as it came', () => {
    for (const status of messageStatuses) expect(mayFollow('RECEIVED', status)).toBe(false);
  });
});
