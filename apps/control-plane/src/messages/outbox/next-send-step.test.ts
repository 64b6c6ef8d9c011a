import { describe, expect, it } from '@jest/globals';
import { commandErrorCodes } from '@wafleet/contracts';
import fc from 'fast-check';
import { maxAttempts, nextSendStep, settleMs, type Learnt, type SendFacts } from './next-send-step';

const now = 1_000_000_000;
const queued = {
  status: 'QUEUED' as const,
  isChange: false,
  generation: null,
  waMessageId: null,
  attempts: 0,
  expiresAt: now + 3_600_000,
  sendingAt: 0,
};
const sending = {
  ...queued,
  status: 'SENDING' as const,
  generation: 4,
  waMessageId: '3EB0',
  attempts: 1,
  sendingAt: now - 1_000,
};
const overdue = { ...sending, expiresAt: now - 1, sendingAt: now - settleMs };
const facts = (changes: Partial<SendFacts>): SendFacts => ({
  now,
  message: queued,
  generation: 4,
  isConnected: true,
  connectedSince: now - 10_000,
  pacedUntil: 0,
  learnt: null,
  notBefore: 0,
  ...changes,
});
const refused = (code: (typeof commandErrorCodes)[number]): Learnt => ({ kind: 'refused', code });

describe('nextSendStep', () => {
  it.each<[string, Partial<SendFacts>, object]>([
    ['a queued message is begun', {}, { kind: 'begin' }],
    ['a queued message waits for the session', { isConnected: false }, { kind: 'wait' }],
    [
      'a queued message past its time expires, connected or not',
      { isConnected: false, message: { ...queued, expiresAt: now } },
      { kind: 'end', status: 'EXPIRED', failure: null },
    ],
    ['a message back in the queue is given a pause', { notBefore: now + 5 }, { kind: 'later', at: now + 5 }],
    ['after a restart the worker that was given it is asked again', { message: sending }, { kind: 'repeat' }],
    [
      'also where its page is not connected, because the worker remembers',
      { message: sending, isConnected: false },
      { kind: 'repeat' },
    ],
    [
      'silence is met with the same command',
      { message: sending, learnt: { kind: 'silence' } },
      { kind: 'repeat' },
    ],
    ['a new worker is asked to look', { message: sending, generation: 5 }, { kind: 'look' }],
    [
      'a new worker that is not connected yet can not look',
      { message: sending, generation: 5, isConnected: false },
      { kind: 'wait' },
    ],
    ['an older worker is not asked', { message: sending, generation: 3 }, { kind: 'wait' }],
    [
      'absent is sent again',
      { message: sending, generation: 5, learnt: { kind: 'absent' } },
      { kind: 'begin' },
    ],
    [
      'absent too often asks a person',
      { message: { ...sending, attempts: maxAttempts }, generation: 5, learnt: { kind: 'absent' } },
      { kind: 'end', status: 'UNCERTAIN', failure: 'outcome_unknown' },
    ],
    [
      'absent past its time is not sent any more',
      { message: overdue, generation: 5, learnt: { kind: 'absent' } },
      { kind: 'end', status: 'UNCERTAIN', failure: 'outcome_unknown' },
    ],
    [
      'an unclear answer leads to a look',
      { message: sending, learnt: { kind: 'unclear' } },
      { kind: 'look' },
    ],
    [
      'a failed look leads to another',
      { message: sending, learnt: { kind: 'look_failed' } },
      { kind: 'look' },
    ],
    [
      'in the page and confirmed is acknowledged',
      { message: sending, learnt: { kind: 'in_page', ack: 2 } },
      { kind: 'acknowledge', ack: 2 },
    ],
    [
      'in the page and failed is acknowledged',
      { message: sending, learnt: { kind: 'in_page', ack: -1 } },
      { kind: 'acknowledge', ack: -1 },
    ],
    [
      'in the page without an ack waits for it',
      { message: sending, learnt: { kind: 'in_page', ack: 0 }, notBefore: now + 9 },
      { kind: 'later', at: now + 9 },
    ],
    [
      'an ack that stays out is looked for',
      { message: sending, learnt: { kind: 'in_page', ack: 0 } },
      { kind: 'look' },
    ],
    [
      'an ack that never comes asks a person',
      { message: overdue, learnt: { kind: 'in_page', ack: 0 } },
      { kind: 'end', status: 'UNCERTAIN', failure: 'no_confirmation' },
    ],
    [
      'a message just given has time for its ack, however late it was given',
      { message: { ...overdue, sendingAt: now - 1 }, learnt: { kind: 'in_page', ack: 0 } },
      { kind: 'look' },
    ],
    [
      'silence past its time asks a person',
      { message: overdue, learnt: { kind: 'silence' } },
      { kind: 'end', status: 'UNCERTAIN', failure: 'outcome_unknown' },
    ],
    ['past its time it is still asked once after a restart', { message: overdue }, { kind: 'repeat' }],
    [
      'without an id of ours it is never sent again',
      { message: { ...sending, waMessageId: null } },
      { kind: 'end', status: 'UNCERTAIN', failure: 'outcome_unknown' },
    ],
    [
      'an invalid recipient fails',
      { message: sending, learnt: refused('invalid_recipient') },
      { kind: 'end', status: 'FAILED', failure: 'invalid_recipient' },
    ],
    [
      'too late expires',
      { message: sending, learnt: refused('too_late') },
      { kind: 'end', status: 'EXPIRED', failure: null },
    ],
    [
      'a lost connection requeues',
      { message: sending, learnt: refused('not_connected') },
      { kind: 'requeue' },
    ],
    ['a first rejection requeues', { message: sending, learnt: refused('rejected') }, { kind: 'requeue' }],
    [
      'the last rejection fails',
      { message: { ...sending, attempts: maxAttempts }, learnt: refused('rejected') },
      { kind: 'end', status: 'FAILED', failure: 'rejected' },
    ],
  ])('%s', (_title, changes, expected) => {
    expect(nextSendStep(facts(changes))).toEqual(expected);
  });

  const anyLearnt = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -1, max: 4 }).map((ack): Learnt => ({ kind: 'in_page', ack })),
    fc.constantFrom(...commandErrorCodes).map(refused),
    fc.constantFrom<Learnt>(
      { kind: 'unclear' },
      { kind: 'silence' },
      { kind: 'absent' },
      { kind: 'look_failed' },
    ),
  );
  const anyFacts = fc.record({
    now: fc.constant(now),
    message: fc.record({
      status: fc.constantFrom('QUEUED' as const, 'SENDING' as const),
      isChange: fc.boolean(),
      generation: fc.constantFrom(null, 3, 4, 5),
      waMessageId: fc.constantFrom(null, '3EB0'),
      attempts: fc.integer({ min: 0, max: maxAttempts + 1 }),
      expiresAt: fc.integer({ min: now - 100_000, max: now + 100_000 }),
      sendingAt: fc.integer({ min: now - 200_000, max: now }),
    }),
    generation: fc.constant(4),
    isConnected: fc.boolean(),
    connectedSince: fc.integer({ min: now - 600_000, max: now }),
    pacedUntil: fc.constantFrom(0, now + 1),
    learnt: anyLearnt,
    notBefore: fc.constantFrom(0, now + 1),
  });

  it('a message that was given to a worker is given again only when it is proven absent', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const step = nextSendStep(given);
        const { status, isChange } = given.message;
        if (status === 'SENDING' && !isChange && step.kind === 'begin')
          expect(given.learnt?.kind).toBe('absent');
        if (step.kind === 'repeat') expect(given.message.generation).toBe(given.generation);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what WhatsApp may have is never called failed or expired by us', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const step = nextSendStep(given);
        if (given.message.status !== 'SENDING' || step.kind !== 'end') return;
        if (step.status !== 'UNCERTAIN') expect(given.learnt?.kind).toBe('refused');
      }),
      { numRuns: 2_000 },
    );
  });
});
