import { describe, expect, it } from '@jest/globals';
import { controlFrameSchema, workerFrameSchema } from './frames';

const session = {
  state: 'QR_READY',
  reason: 'awaiting_scan',
  detail: null,
  since: 1,
  attempt: 0,
  nextAttemptAt: null,
  qr: { raw: 'a,b,c,d,e', sequence: 1, expiresAt: 2 },
  pairingCode: null,
  account: null,
  linkIsDurable: false,
  syncPercent: null,
  lastSeenAt: null,
  versions: { whatsappWeb: null, browser: null, library: '1.34.7' },
};

describe('the worker link', () => {
  it('ignores fields that a newer side adds', () => {
    const frame = {
      type: 'event',
      seq: 1,
      at: 1,
      event: { kind: 'session.changed', session, later: true },
      later: 1,
    };
    expect(workerFrameSchema.parse(frame)).toEqual({
      type: 'event',
      seq: 1,
      at: 1,
      event: { kind: 'session.changed', session },
    });
  });

  it('refuses an event without a place in the sequence', () => {
    expect(
      workerFrameSchema.safeParse({
        type: 'event',
        seq: 0,
        at: 1,
        event: { kind: 'session.changed', session },
      }).success,
    ).toBe(false);
  });

  it('refuses a state outside the vocabulary', () => {
    const frame = {
      type: 'event',
      seq: 1,
      at: 1,
      event: { kind: 'session.changed', session: { ...session, state: 'FINE' } },
    };
    expect(workerFrameSchema.safeParse(frame).success).toBe(false);
  });

  it('acks rise from 1', () => {
    expect(controlFrameSchema.safeParse({ type: 'ack', seq: 0 }).success).toBe(false);
  });
});
