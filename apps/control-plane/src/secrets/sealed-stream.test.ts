import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { keyBytes } from './sealed-box';
import { openingStream, SealBrokenError, sealingStream } from './sealed-stream';

const key = randomBytes(keyBytes);
const plain = randomBytes(200_000);

/** In pieces of a size that fits nothing. */
async function through(stream: NodeJS.ReadWriteStream, bytes: Buffer, pieceBytes = 7_919): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  let result = Buffer.alloc(0);
  await pipeline(Readable.from(pieces), stream, async (out) => {
    result = await buffer(out as Readable);
  });
  return result;
}

describe('a sealed stream', () => {
  it.each([7_919, 1, 16])(
    'opens with its key and for its purpose, in pieces of %d bytes',
    async (pieceBytes) => {
      const short = plain.subarray(0, 5_000);
      const sealed = await through(sealingStream(key, 'snapshot'), short, pieceBytes);
      expect(await through(openingStream(key, 'snapshot'), sealed, pieceBytes)).toEqual(short);
    },
  );

  it('may hold nothing', async () => {
    const sealed = await through(sealingStream(key, 'snapshot'), Buffer.alloc(0));
    expect(await through(openingStream(key, 'snapshot'), sealed)).toHaveLength(0);
  });

  it('does not open with another key, for another purpose, changed anywhere or cut short', async () => {
    const sealed = await through(sealingStream(key, 'snapshot'), plain);
    await expect(through(openingStream(randomBytes(keyBytes), 'snapshot'), sealed)).rejects.toThrow(
      SealBrokenError,
    );
    await expect(through(openingStream(key, 'other'), sealed)).rejects.toThrow(SealBrokenError);
    for (const at of [0, 5, 20, 100_000, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      await expect(through(openingStream(key, 'snapshot'), changed)).rejects.toThrow(SealBrokenError);
    }
    for (const length of [0, 12, 20, 150_000])
      await expect(through(openingStream(key, 'snapshot'), sealed.subarray(0, length))).rejects.toThrow(
        SealBrokenError,
      );
  });
});
