import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM: format byte, nonce (12 bytes), tag (16), ciphertext. The purpose is authenticated with it, so that what
 * was sealed for one thing or one tenant does not open as another.
 */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nonceBytes + tagBytes;

export const keyBytes = 32;

export function seal(key: Uint8Array, plain: Uint8Array, purpose: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([Uint8Array.of(format), nonce, cipher.getAuthTag(), sealed]));
}

/** What was sealed, or null when it was sealed with another key, for another purpose, or was changed since. */
export function open(key: Uint8Array, box: Uint8Array, purpose: string): Buffer | null {
  if (box.length < headBytes || box[0] !== format) return null;
  const nonce = box.subarray(1, 1 + nonceBytes);
  const tag = box.subarray(1 + nonceBytes, headBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose)).setAuthTag(tag);
  const plain = decipher.update(box.subarray(headBytes));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null;
  }
}
