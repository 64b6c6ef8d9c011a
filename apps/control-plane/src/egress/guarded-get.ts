import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { AddressRefusedError, guardedLookup } from './guarded-lookup';
import { addressProblem, type AllowedNetworks } from './public-address';

export type GetRefusal =
  /** The address, or one that its name stands for, is not public. */
  'address_refused' | 'unreachable' | 'redirected' | 'bad_status' | 'encoded' | 'timed_out';

/** What somebody asked us to fetch can't be had; the address itself is not told, because it may hold a secret. */
export class GetRefusedError extends Error {
  constructor(
    readonly refusal: GetRefusal,
    options?: ErrorOptions,
  ) {
    super(`fetching was refused: ${refusal}`, options);
    this.name = 'GetRefusedError';
  }
}

/** The head of an answer; its body is read by the caller, under the same deadline. */
export interface GuardedAnswer {
  mimeType: string | null;
  declaredBytes: number | null;
  bytes: AsyncIterable<Uint8Array>;
}

interface Limits {
  allowed: AllowedNetworks;
  /** For everything, the body included. */
  timeoutMs: number;
  /** Without a byte. */
  silenceMs: number;
}

/**
 * Fetches an http or https address that somebody else chose, from a public server only. The address is judged as it
 * is connected to, so that a name can't stand for one address when it is looked at and for another when it is used;
 * redirects are not followed, no cookie and no credential is sent. Call `close` when done.
 * @throws GetRefusedError, also while the body is read
 */
export async function guardedGet(
  address: string,
  limits: Limits,
): Promise<{ answer: GuardedAnswer; close: () => void }> {
  const url = new URL(address);
  if (addressProblem(url, { allowHttp: true, allowed: limits.allowed }) !== null)
    throw new GetRefusedError('address_refused');
  const aborter = new AbortController();
  const deadline = setTimeout(() => aborter.abort(new GetRefusedError('timed_out')), limits.timeoutMs);
  const close = () => {
    clearTimeout(deadline);
    aborter.abort(new GetRefusedError('timed_out'));
  };
  try {
    const response = await open(url, {
      agent: false,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'wafleet' },
      lookup: guardedLookup(limits.allowed),
      signal: aborter.signal,
      timeout: limits.silenceMs,
    });
    return { answer: answerOf(response), close };
  } catch (error) {
    close();
    throw asRefusal(error);
  }
}

function open(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? getHttps : getHttp)(url, options, resolve);
    request.on('timeout', () => request.destroy(new GetRefusedError('timed_out')));
    request.on('error', reject);
  });
}

function answerOf(response: IncomingMessage): GuardedAnswer {
  const { statusCode = 0, headers } = response;
  if (statusCode >= 300 && statusCode < 400) throw new GetRefusedError('redirected');
  if (statusCode !== 200) throw new GetRefusedError('bad_status');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new GetRefusedError('encoded');
  const declared = Number(headers['content-length'] ?? Number.NaN);
  return {
    mimeType: headers['content-type'] ?? null,
    declaredBytes: Number.isSafeInteger(declared) ? declared : null,
    bytes: bytesOf(response),
  };
}

async function* bytesOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw asRefusal(error);
  }
}

function asRefusal(error: unknown): GetRefusedError {
  if (error instanceof GetRefusedError) return error;
  if (error instanceof AddressRefusedError) return new GetRefusedError('address_refused');
  const cause = error instanceof Error && error.cause instanceof GetRefusedError ? error.cause : null;
  return cause ?? new GetRefusedError('unreachable', { cause: error });
}
