import { Transform } from 'node:stream';
import type { BytePart } from '../../media/media-store';

/**
 * Lets a part of what passes through, both ends included. The last of it is held back until the whole has ended, because only
 * then what was decrypted is proven: whoever reads of something that was changed gets too few bytes, never a whole part.
 */
export function provenPart({ start, end }: BytePart): Transform {
  let at = 0;
  let held: Buffer | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const own = chunk.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
      at += chunk.length;
      if (own.length === 0) return done();
      const before = held;
      held = own;
      if (before) done(null, before);
      else done();
    },
    flush(done) {
      if (held) done(null, held);
      else done();
    },
  });
}
