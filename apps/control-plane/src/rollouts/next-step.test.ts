import { describe, expect, it } from '@jest/globals';
import { rolloutItemStates } from '@wafleet/contracts';
import { nextStep, type RolloutFacts, type RolloutStep } from './next-step';

type Given = Partial<Omit<RolloutFacts, 'counts'>> & { counts?: Partial<RolloutFacts['counts']> };

function facts({ counts, ...given }: Given): RolloutFacts {
  return {
    state: 'RUNNING',
    canaries: 2,
    atOnce: 3,
    maxFailures: 0,
    forgiven: 0,
    canariesBegun: 2,
    canariesSettled: 2,
    ready: 10,
    onTheirWay: 0,
    ...given,
    counts: {
      ...(Object.fromEntries(rolloutItemStates.map((state) => [state, 0])) as RolloutFacts['counts']),
      ...counts,
    },
  };
}

const cases: [title: string, given: Given, expected: Partial<RolloutStep>][] = [
  [
    'canaries are begun first, and no more than there are to be',
    { canariesBegun: 0, canariesSettled: 0 },
    { kind: 'begin', count: 2, asCanaries: true },
  ],
  ['nobody else while a canary is watched', { canariesSettled: 1, counts: { WATCHED: 1 } }, { kind: 'wait' }],
  ['the others once all canaries are settled', {}, { kind: 'begin', count: 3, asCanaries: false }],
  ['no more than may be starting it at once', { counts: { UNDER_WAY: 2 } }, { kind: 'begin', count: 1 }],
  ['who is only watched takes no place', { counts: { WATCHED: 9 } }, { kind: 'begin', count: 3 }],
  ['a failure too many stops it', { counts: { FAILED: 1 } }, { kind: 'stop' }],
  ['as many as are allowed do not', { maxFailures: 1, counts: { FAILED: 1 } }, { kind: 'begin' }],
  ['nor do those of before it was resumed', { forgiven: 1, counts: { FAILED: 1 } }, { kind: 'begin' }],
  [
    'with fewer tenants than canaries, all are canaries',
    { canariesBegun: 1, canariesSettled: 1, ready: 0, counts: { DONE: 1 } },
    { kind: 'end' },
  ],
  ['who is on the way to be connected is waited for', { ready: 0, onTheirWay: 1 }, { kind: 'wait' }],
  ['it ends where nobody could get it now', { ready: 0, counts: { WAITING: 5 } }, { kind: 'end' }],
  ['paused, nothing is begun', { state: 'PAUSED' }, { kind: 'wait' }],
  [
    'on the way back as many at once',
    { state: 'GOING_BACK', counts: { TO_GO_BACK: 5, GOING_BACK: 1 } },
    { kind: 'go_back', count: 2 },
  ],
  ['and all are waited for', { state: 'GOING_BACK', counts: { GOING_BACK: 1 } }, { kind: 'wait' }],
  ['before it ends', { state: 'GOING_BACK', counts: { BACK: 6 } }, { kind: 'end' }],
];

describe('the next step of a rollout', () => {
  it.each(cases)('%s', (_title, given, expected) => {
    expect(nextStep(facts(given))).toMatchObject(expected);
  });
});
