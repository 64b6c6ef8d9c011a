import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What requests carry to say who sends them. */

/** '' where there is none, or none that could be a key. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? '';
}

export function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? undefined : header;
}

/**
 * The address that the nearest proxy saw; null where it says none. To be asked only of who is trusted to say it: what is left
 * of the last comma was said by whoever called the proxy.
 */
export function forwardedFor(headers: IncomingHttpHeaders): string | null {
  const last = single(headers['x-forwarded-for'])?.split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? null : last;
}

export const changes = (method: string): boolean => method !== 'GET' && method !== 'HEAD';
