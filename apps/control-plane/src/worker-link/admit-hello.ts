import { createHash, timingSafeEqual } from 'node:crypto';
import { linkProtocolVersion, type HelloFrame, type RefusalCode } from '@wafleet/contracts';

/** What the tenant's worker row says when a worker greets. */
export interface KnownWorker {
  generation: number;
  tokenHash: string | null;
  previousTokenHash: string | null;
}

/**
 * - `current`: the generation that speaks for the session
 * - `former`: the one before; it may hand over facts that it still holds, and nothing else
 */
export type Admission<Worker extends KnownWorker> =
  { kind: 'current' | 'former'; worker: Worker } | { kind: 'refused'; code: RefusalCode; message: string };

/** Decides over a worker's hello. A token proves one tenant and one generation. */
export function admitHello<Worker extends KnownWorker>(
  hello: HelloFrame,
  known: Worker | null,
): Admission<Worker> {
  if (hello.protocol !== linkProtocolVersion && hello.protocol !== linkProtocolVersion - 1)
    return refused('unsupported_protocol', `protocol ${hello.protocol} is not spoken here`);
  if (known === null || hello.generation > known.generation)
    return refused('bad_token', 'no such worker is known');
  if (hello.generation === known.generation)
    return isToken(hello.token, known.tokenHash)
      ? { kind: 'current', worker: known }
      : refused('bad_token', 'the token is not that of this worker');
  const isFormer = hello.generation === known.generation - 1 && isToken(hello.token, known.previousTokenHash);
  return isFormer && hello.lastSeq > 0
    ? { kind: 'former', worker: known }
    : refused('superseded', 'a newer generation of this worker runs');
}

/** How a token is stored: SHA-256 in hex of 256 random bits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function isToken(token: string, hash: string | null): boolean {
  if (hash === null) return false;
  const expected = Buffer.from(hash);
  const given = Buffer.from(hashToken(token));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function refused(code: RefusalCode, message: string) {
  return { kind: 'refused' as const, code, message };
}
