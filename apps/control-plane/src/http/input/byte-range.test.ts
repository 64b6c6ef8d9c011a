import { describe, expect, it } from '@jest/globals';
import { byteRange } from './byte-range';

const content = { sizeBytes: 100, tag: '"abc"' };
const whole = { kind: 'whole' };
const part = (start: number, end: number) => ({ kind: 'part', start, end });

describe('the range of a request', () => {
  it.each([
    [undefined, whole],
    ['bytes=0-0', part(0, 0)],
    ['bytes=10-19', part(10, 19)],
    ['bytes=90-', part(90, 99)],
    ['bytes=90-1000', part(90, 99)],
    ['bytes=-10', part(90, 99)],
    ['bytes=-1000', part(0, 99)],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    // Not understood, or more than one.
    ['bytes=20-10', whole],
    ['bytes=-', whole],
    ['bytes=0-1,5-6', whole],
    ['lines=0-1', whole],
  ])('%s', (range, expected) => {
    expect(byteRange(range, undefined, content)).toEqual(expected);
  });

  it('counts only for the content that it was asked of', () => {
    expect(byteRange('bytes=0-0', '"abc"', content)).toEqual(part(0, 0));
    expect(byteRange('bytes=0-0', '"abd"', content)).toEqual(whole);
  });
});
