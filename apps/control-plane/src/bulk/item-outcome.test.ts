import { describe, expect, it } from '@jest/globals';
import { type ItemFacts, itemOutcome } from './item-outcome';

const facts: ItemFacts = {
  action: 'restart',
  status: 'ACTIVE',
  reason: null,
  workerStatus: 'RUNNING',
  generation: 2,
  generationBefore: 1,
  waitedMs: 1_000,
};
const long = 301_000;

const cases: [title: string, part: Partial<ItemFacts>, expected: object][] = [
  ['a restart waits for a newer worker', { generation: 1 }, { kind: 'wait' }],
  ['a restart is done with a newer worker that is connected', {}, { kind: 'done', outcome: null }],
  [
    'a start is done where it is connected already',
    { action: 'start', generation: 1 },
    { kind: 'done', outcome: null },
  ],
  [
    'a start that waits for a scan is done',
    { action: 'start', status: 'QR_PENDING' },
    { kind: 'done', outcome: 'Waits for a scan.' },
  ],
  ['a repair is waited for', { status: 'RECOVERING', reason: 'browser_crashed' }, { kind: 'wait' }],
  [
    'a repair is not waited for without end',
    { status: 'RECOVERING', reason: 'network_lost', waitedMs: long },
    { kind: 'failed' },
  ],
  [
    'a place to boot in is waited for',
    { status: 'STARTING', reason: 'capacity_wait', waitedMs: long },
    { kind: 'wait' },
  ],
  ['what needs a person has failed', { status: 'ERROR', reason: 'page_incompatible' }, { kind: 'failed' }],
  [
    'who was stopped meanwhile has failed',
    { status: 'PAUSED' },
    { kind: 'failed', outcome: 'Was stopped meanwhile.' },
  ],
  ['a stop waits for the end of the worker', { action: 'stop', status: 'PAUSED' }, { kind: 'wait' }],
  [
    'a stop is done with it',
    { action: 'stop', status: 'PAUSED', workerStatus: 'STOPPED' },
    { kind: 'done', outcome: null },
  ],
  [
    'a stop that was taken back has failed',
    { action: 'stop' },
    { kind: 'failed', outcome: 'Was started again meanwhile.' },
  ],
];

describe('what has come of an action on one of many', () => {
  it.each(cases)('%s', (_title, part, expected) => {
    expect(itemOutcome({ ...facts, ...part })).toMatchObject(expected);
  });
});
