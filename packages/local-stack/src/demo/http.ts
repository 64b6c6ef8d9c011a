import { abortAfter } from '@wafleet/runtime';

/** JSON over HTTP with a deadline. @throws Error that names the call and the answer when it is not 2xx */
export type Call = <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;

export function caller(baseUrl: string, headers: Record<string, string>, signal: AbortSignal): Call {
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(new URL(path, baseUrl), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([signal, abortAfter(15_000)]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
}
