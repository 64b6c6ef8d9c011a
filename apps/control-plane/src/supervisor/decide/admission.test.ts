import { describe, expect, it } from '@jest/globals';
import { expectedBootBytes, hasRoom, inOrder } from './admission';
import { mayKillSilent } from './stale';

describe('hasRoom', () => {
  const free = { boots: 1, maxBoots: 2, availableBytes: 1_200, minAvailableBytes: 1_000, bootBytes: 100 };
  it.each([
    ['a free place and enough memory', free, true],
    ['all places taken', { ...free, boots: 2 }, false],
    ['too little memory for what is booting and one more', { ...free, availableBytes: 1_199 }, false],
    ['no check of memory', { ...free, availableBytes: 0, minAvailableBytes: 0 }, true],
  ])('%s', (_title, capacity, expected) => {
    expect(hasRoom(capacity)).toBe(expected);
  });
});

describe('expectedBootBytes', () => {
  it.each([
    ['nothing known', [], 150],
    ['small ones', [10, 20], 150],
    ['large ones', [200, 400], 300],
  ])('%s', (_title, used, expected) => {
    expect(expectedBootBytes(used, 150)).toBe(expected);
  });
});

describe('inOrder', () => {
  it('lets the formerly linked go first, then those who waited longest', () => {
    const waiting = [
      { id: 'new', wasLinked: false, since: 1 },
      { id: 'linked late', wasLinked: true, since: 9 },
      { id: 'linked early', wasLinked: true, since: 5 },
    ];
    expect(inOrder(waiting).map(({ id }) => id)).toEqual(['linked early', 'linked late', 'new']);
  });
});

describe('mayKillSilent', () => {
  const fleet = (silent: number, heard: number) => [
    ...Array.from({ length: silent }, () => ({ silentMs: 30_000 })),
    ...Array.from({ length: heard }, () => ({ silentMs: 0 })),
  ];
  it.each([
    ['one of one is silent', 1, 0, true],
    ['four of four are silent', 4, 0, true],
    ['a fifth is silent', 20, 80, true],
    ['more than a fifth is silent', 21, 79, false],
    ['everybody is silent', 100, 0, false],
  ])('%s', (_title, silent, heard, expected) => {
    expect(mayKillSilent(fleet(silent, heard), 30_000)).toBe(expected);
  });
});
