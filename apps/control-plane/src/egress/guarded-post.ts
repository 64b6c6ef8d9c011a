import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { TLSSocket } from 'node:tls';
import { systemErrorCode } from '../system-error';
import { AddressRefusedError, guardedLookup, type ResolveAll } from './guarded-lookup';
import { addressProblem, type AllowedNetworks } from './public-address';

export type PostOutcome =
  { kind: 'answered'; status: number; retryAfter: string | null } | { kind: 'failed'; why: PostFailure };

export type PostFailure =
  'address_refused' | 'certificate_refused' | 'name_not_found' | 'timed_out' | 'unreachable';

/**
 * Posts to addresses that somebody else chose, over connections that are used again. Public servers only, unless the
 * configuration allows others: judged as they are connected to. Redirects are answers, not followed.
 */
export interface GuardedPoster {
  /** Always ends within the time limit. Never throws. */
  post(url: string, headers: Record<string, string>, body: string): Promise<PostOutcome>;
  /** Ends every connection. */
  close(): void;
}

/** So much of a body, and for so long, is read, so that the connection can be used again; it is of no other use. */
const maxAnswerBytes = 16 * 1024;
const bodyMs = 1_000;
const idleMs = 15_000;
/** What a server that closes an idle connection looks like, when a request is on its way to it. */
const staleCodes = ['ECONNRESET', 'EPIPE'];

export function createGuardedPoster(options: {
  allowHttp: boolean;
  allowed: AllowedNetworks;
  /** From the look-up of the name to the head of the answer. */
  timeoutMs: number;
  resolve?: ResolveAll;
}): GuardedPoster {
  const { timeoutMs, allowed } = options;
  const lookup = guardedLookup(allowed, options.resolve);
  const pool = { keepAlive: true, timeout: idleMs, maxFreeSockets: 16, scheduling: 'lifo' as const };
  const http = new HttpAgent(pool);
  const https = new HttpsAgent(pool);

  return {
    async post(text, headers, body) {
      const url = new URL(text);
      if (addressProblem(url, options) !== null) return { kind: 'failed', why: 'address_refused' };
      const signal = AbortSignal.timeout(timeoutMs);
      for (;;) {
        const attempt = await postOnce(url, headers, body, signal);
        if (attempt !== 'stale') return attempt;
      }
    },

    close() {
      http.destroy();
      https.destroy();
    },
  };

  /** `stale`: the connection was an old one that ended meanwhile; a new one may do. */
  function postOnce(
    url: URL,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<PostOutcome | 'stale'> {
    const isSecure = url.protocol === 'https:';
    return new Promise((resolve) => {
      const request = (isSecure ? requestHttps : requestHttp)(
        url,
        {
          method: 'POST',
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          agent: isSecure ? https : http,
          lookup,
          signal,
        },
        (response) => resolve(answerOf(response)),
      );
      request.on('error', (error) => {
        const isStale = request.reusedSocket && staleCodes.includes(systemErrorCode(error) ?? '');
        resolve(
          isStale && !signal.aborted ? 'stale' : { kind: 'failed', why: whyFailed(error, request, signal) },
        );
      });
      request.end(body);
    });
  }
}

/** The status counts once it is there, whatever becomes of the body, which is read for the connection's sake only. */
async function answerOf(response: IncomingMessage): Promise<PostOutcome> {
  const timer = setTimeout(() => response.destroy(), bodyMs);
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) break;
    }
  } catch {
    // Cut off, by the other side or by us.
  } finally {
    clearTimeout(timer);
  }
  const { statusCode = 0, headers } = response;
  return { kind: 'answered', status: statusCode, retryAfter: headers['retry-after'] ?? null };
}

function whyFailed(error: unknown, { socket }: ClientRequest, signal: AbortSignal): PostFailure {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof AddressRefusedError || cause instanceof AddressRefusedError) return 'address_refused';
  if (signal.aborted) return 'timed_out';
  // Set by Node where, and only where, it has refused the other side's certificate.
  if (socket instanceof TLSSocket && (socket.authorizationError as unknown) !== null)
    return 'certificate_refused';
  return systemErrorCode(error) === 'ENOTFOUND' ? 'name_not_found' : 'unreachable';
}
