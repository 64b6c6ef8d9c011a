import { describe, expect, it } from '@jest/globals';
import { ErrorWatch, isDecryptionFailure, type PageTrouble } from './error-watch';

function watchWith(threshold: number) {
  const told: [PageTrouble, number][] = [];
  let at = 1_000;
  const watch = new ErrorWatch({
    threshold,
    windowMs: 600_000,
    now: () => at,
    onTooMany: (trouble, count) => told.push([trouble, count]),
  });
  return { watch, told, pass: (ms: number) => void (at += ms) };
}

describe('the watch over errors of a page', () => {
  it('tells once in a window that there were too many, of each kind apart', () => {
    const { watch, told, pass } = watchWith(3);
    for (let count = 0; count < 10; count += 1) watch.note('decryption');
    watch.note('page');
    watch.note('page');
    expect(told).toEqual([['decryption', 3]]);
    pass(600_001);
    watch.note('decryption');
    watch.note('decryption');
    expect(told).toHaveLength(1);
    watch.note('decryption');
    expect(told).toHaveLength(2);
  });

  it('minds no errors that are far between, and none at all where it is off', () => {
    const { watch, told, pass } = watchWith(3);
    for (let count = 0; count < 10; count += 1) {
      watch.note('page');
      pass(400_000);
    }
    expect(told).toEqual([]);
    const off = watchWith(0);
    for (let count = 0; count < 100; count += 1) off.watch.note('decryption');
    expect(off.told).toEqual([]);
  });
});

describe('isDecryptionFailure', () => {
  it.each([
    ['Error: Bad MAC', true],
    ['Failed to decrypt message with any known session', true],
    ['[e2e] decryption failed for [text]', true],
    ['No session record', true],
    ['Error: Message counter was repeated', true],
    ['Requiring unknown module "X"', false],
    ['the badminton club', false],
  ])('%s: %s', (text, expected) => {
    expect(isDecryptionFailure(text)).toBe(expected);
  });
});
