import { describe, expect, it } from '@jest/globals';
import { type ItemFacts, type ItemVerdict, judgeItem } from './judge-item';

const now = 1_800_000_000_000;
const minute = 60_000;

/** A tenant that has come up with the new build a moment ago. */
const facts: ItemFacts = {
  now,
  status: 'ACTIVE',
  reason: null,
  generation: 4,
  generationBefore: 3,
  isOfBuild: true,
  begunAt: now - minute,
  upAt: now - 1_000,
  crashes: [],
  watchMs: 5 * minute,
};

const cases: [title: string, given: Partial<ItemFacts>, expected: Partial<ItemVerdict>][] = [
  ['connected with a newer worker of the build it is up', { upAt: null }, { kind: 'up' }],
  ['the worker of before proves nothing', { generation: 3, upAt: null }, { kind: 'wait' }],
  ['nor does one of another build', { isOfBuild: false, upAt: null }, { kind: 'wait' }],
  ['watched for less than it should be it is waited for', {}, { kind: 'wait' }],
  ['after its watch it is done', { upAt: now - 5 * minute }, { kind: 'done' }],
  ['a worker that ended since then has failed', { crashes: [now - 500] }, { kind: 'failed' }],
  ['one that ended before has not', { crashes: [now - 2 * minute] }, { kind: 'wait' }],
  [
    'who asks for a scan now has failed',
    { status: 'QR_PENDING' },
    { kind: 'failed', outcome: 'Asks for a scan.' },
  ],
  ['who needs somebody has failed', { status: 'ERROR', reason: 'page_incompatible' }, { kind: 'failed' }],
  ['a repair is waited for', { status: 'RECOVERING', reason: 'network_lost' }, { kind: 'wait' }],
  [
    'and not without end',
    { status: 'RECOVERING', reason: 'network_lost', upAt: now - 11 * minute },
    { kind: 'failed' },
  ],
  [
    'who never comes up has failed',
    { status: 'STARTING', upAt: null, begunAt: now - 6 * minute },
    { kind: 'failed' },
  ],
  [
    'unless it waits for a place to boot in',
    { status: 'STARTING', reason: 'capacity_wait', upAt: null, begunAt: now - 60 * minute },
    { kind: 'wait' },
  ],
  ['who is stopped meanwhile is left out', { status: 'PAUSED' }, { kind: 'skipped' }],
];

describe('how a tenant is doing with the build that it got', () => {
  it.each(cases)('%s', (_title, given, expected) => {
    expect(judgeItem({ ...facts, ...given })).toMatchObject(expected);
  });
});
