import { describe, expect, it } from '@jest/globals';
import { whatRanOut } from './worker-evidence';

const killed = { code: null, signal: 'SIGKILL' };

describe('what a dead worker ran out of', () => {
  it.each([
    ['nothing, when it was killed and the kernel counted no end', killed, [], 3, 3, null],
    ['the machine, when the kernel counted an end just then', killed, [], 3, 4, 'kernel'],
    ['nothing, when it ended in another way meanwhile', { code: 1, signal: null }, [], 3, 4, null],
    ['nothing, when nobody counts', killed, [], null, null, null],
    ['nothing, when it was not heard before', killed, [], null, 4, null],
    [
      'its own heap, when Node says so',
      { code: null, signal: 'SIGABRT' },
      ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
      3,
      3,
      'worker_heap',
    ],
  ])('%s', (_title, exit, output, oomKillsBefore, oomKillsNow, expected) => {
    expect(whatRanOut({ exit, output, oomKillsBefore, oomKillsNow })).toBe(expected);
  });
});
