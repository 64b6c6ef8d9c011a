import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keyBytes, open, seal } from './sealed-box';

const key = randomBytes(keyBytes);
const plain = Buffer.from('what only its owner may read');

describe('a sealed box', () => {
  it('opens with its key and for its purpose', () => {
    expect(open(key, seal(key, plain, 'proxy'), 'proxy')).toEqual(plain);
    expect(open(key, seal(key, Buffer.alloc(0), 'proxy'), 'proxy')).toEqual(Buffer.alloc(0));
  });

  it('is another one each time', () => {
    expect(seal(key, plain, 'proxy')).not.toEqual(seal(key, plain, 'proxy'));
  });

  it('does not open with another key or for another purpose', () => {
    const box = seal(key, plain, 'proxy');
    expect(open(randomBytes(keyBytes), box, 'proxy')).toBeNull();
    expect(open(key, box, 'screenshot')).toBeNull();
  });

  it('does not open once any byte of it has changed, or when it was cut short', () => {
    const box = seal(key, plain, 'proxy');
    for (let index = 0; index < box.length; index++) {
      const changed = Uint8Array.from(box);
      changed[index]! ^= 1;
      expect(open(key, changed, 'proxy')).toBeNull();
      expect(open(key, box.subarray(0, index), 'proxy')).toBeNull();
    }
  });
});
