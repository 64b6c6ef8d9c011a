import { describe, expect, it } from '@jest/globals';
import { lackOf } from './room';

describe('lackOf', () => {
  const room = { bavail: 1_000_000, bsize: 4_096, files: 1_000_000, ffree: 500_000 };
  it.each([
    ['enough of both', {}, null],
    ['too few bytes', { bavail: 2_560 }, '10 MB are free and 64 MB are needed'],
    ['too few files', { ffree: 999 }, 'room for 999 files is free and for 1000 is needed'],
    ['a file system that counts no files', { files: 0, ffree: 0 }, null],
  ])('%s', (_title, given, lack) => {
    expect(lackOf({ ...room, ...given })).toBe(lack);
  });
});
