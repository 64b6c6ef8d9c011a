import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './generated/openapi';

/** The shapes of the API by their names in its document. */
export type Schemas = components['schemas'];

export type WafleetClient = Client<paths>;

const defaultTimeoutMs = 30_000;

/**
 * Calls the API; paths, parameters, bodies and answers are typed by the document that the API serves. A call resolves
 * with `data` or, where it is refused, with the problem as `error`; it rejects where no answer comes in time.
 */
export function createWafleetClient(options: {
  /** Without a path, as `http://127.0.0.1:7300`. */
  baseUrl: string;
  /** Of a tenant's program for `/v1`, or of an operator for `/admin`. */
  key: string;
  timeoutMs?: number;
}): WafleetClient {
  const { baseUrl, key, timeoutMs = defaultTimeoutMs } = options;
  return createFetchClient<paths>({
    baseUrl,
    headers: { authorization: `Bearer ${key}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, abortAfter(timeoutMs)]) }),
  });
}

/** AbortSignal.timeout() joined to another signal may be collected before it fires (nodejs/node#57736); a timer is not. */
function abortAfter(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException('There was no answer in time', 'TimeoutError'));
  const timer: unknown = setTimeout(late, timeoutMs);
  // Of Node, it would hold up a program that is done; elsewhere it is a number.
  if (typeof timer === 'object') (timer as { unref(): void }).unref();
  return controller.signal;
}
