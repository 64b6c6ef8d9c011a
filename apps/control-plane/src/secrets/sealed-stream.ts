import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Transform } from 'node:stream';

/**
 * What is too large for a box in memory: format byte, nonce (12 bytes), ciphertext, tag (16), all with AES-256-GCM. The
 * purpose is authenticated with it. Memory stays constant, so what comes out while opening is proven only at the end:
 * nothing may be done with it before the stream has ended without an error.
 */
const format = 2;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes;

export function sealingStream(key: Uint8Array, purpose: string): Transform {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  let head: Buffer | null = Buffer.concat([Uint8Array.of(format), nonce]);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head) this.push(head);
      head = null;
      done(null, cipher.update(chunk));
    },
    flush(done) {
      if (head) this.push(head);
      this.push(cipher.final());
      done(null, cipher.getAuthTag());
    },
  });
}

/** Fails with SealBrokenError at its end, or before. */
export function openingStream(key: Uint8Array, purpose: string): Transform {
  let decipher: ReturnType<typeof decipherOf> | null = null;
  /** The last bytes seen may be the tag. */
  let held = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = Buffer.concat([held, chunk]);
      if (!decipher) {
        if (held.length < headBytes) return done();
        if (held[0] !== format) return done(new SealBrokenError());
        decipher = decipherOf(key, held.subarray(1, headBytes), purpose);
        held = held.subarray(headBytes);
      }
      if (held.length <= tagBytes) return done();
      const sealed = held.subarray(0, held.length - tagBytes);
      held = Buffer.from(held.subarray(held.length - tagBytes));
      done(null, decipher.update(sealed));
    },
    flush(done) {
      if (!decipher || held.length < tagBytes) return done(new SealBrokenError());
      try {
        this.push(decipher.setAuthTag(held).final());
        done();
      } catch {
        done(new SealBrokenError());
      }
    },
  });
}

/** It was sealed with another key or for another purpose, or was changed or cut since. */
export class SealBrokenError extends Error {
  constructor() {
    super('what is sealed was changed, or has another key');
    this.name = 'SealBrokenError';
  }
}

function decipherOf(key: Uint8Array, nonce: Uint8Array, purpose: string) {
  return createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
}
