import { describe, expect, it } from '@jest/globals';
import { isSameTrouble } from './same-trouble';

const minute = 60_000;

describe('a trouble of the same reason', () => {
  it.each([
    ['is the same while it is open, however old it is', true, 0, 5_000 * minute, true],
    ['is the same soon after it had healed', false, 0, 9 * minute, true],
    ['is another one later', false, 0, 11 * minute, false],
    ['is the same when an older report comes late', false, 5 * minute, 0, true],
  ])('%s', (_title, isOpen, lastSeenAt, at, expected) => {
    expect(isSameTrouble({ lastSeenAt, isOpen }, at)).toBe(expected);
  });
});
