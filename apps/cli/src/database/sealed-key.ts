import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';

/** A master key under a passphrase: scrypt makes a key of it, AES-256-GCM seals with that. All but the numbers is base64. */
const sealedKeySchema = z.object({
  kind: z.literal('scrypt-aes-256-gcm'),
  // Who made the file may not have us spend more than this.
  cost: z.number().int().min(2).max(1_048_576),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  sealed: z.base64(),
});

/** About a second and 128 MB for each guess. */
export const usualCost = 131_072;
const keyBytes = 32;
export const minPassphrase = 12;

export function sealKey(text: string, passphrase: string): z.infer<typeof sealedKeySchema> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', deriveKey(passphrase, salt, usualCost), nonce);
  const sealed = Buffer.concat([cipher.setAAD(purposeOf(text)).update(text), cipher.final()]);
  const base64 = (bytes: Buffer) => bytes.toString('base64');
  return {
    kind: 'scrypt-aes-256-gcm',
    cost: usualCost,
    salt: base64(salt),
    nonce: base64(nonce),
    tag: base64(cipher.getAuthTag()),
    sealed: base64(sealed),
  };
}

/** Null where the passphrase is another one, the box was changed, or it holds another key than `id`. */
export function openKey(box: unknown, passphrase: string, id: string): string | null {
  const parsed = sealedKeySchema.safeParse(box);
  if (!parsed.success) return null;
  const part = (name: 'salt' | 'nonce' | 'tag' | 'sealed') => Buffer.from(parsed.data[name], 'base64');
  try {
    const key = deriveKey(passphrase, part('salt'), parsed.data.cost);
    const decipher = createDecipheriv('aes-256-gcm', key, part('nonce'))
      .setAAD(Buffer.from(`wafleet master key ${id}`))
      .setAuthTag(part('tag'));
    return Buffer.concat([decipher.update(part('sealed')), decipher.final()]).toString();
  } catch {
    return null;
  }
}

/** As the control plane names a key in what it encrypts; says nothing about the key. */
export function keyId(text: string): string {
  return createHash('sha256').update(Buffer.from(text.trim(), 'base64')).digest('hex').slice(0, 12);
}

const purposeOf = (text: string) => Buffer.from(`wafleet master key ${keyId(text)}`);

export function deriveKey(passphrase: string, salt: Buffer, N: number): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, keyBytes, { N, r: 8, p: 1, maxmem: 256 * N * 8 });
}
