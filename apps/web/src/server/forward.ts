import { config } from './config';
import { callControlPlane, unreachable } from './control-plane';
import { chosenWorkspace } from './workspace';

/** What a browser may say to the control plane. A person's address (`x-user-email`) is none of it: the cookie says who. */
const headersIn = [
  'accept',
  'content-type',
  'cookie',
  'idempotency-key',
  'last-event-id',
  'origin',
  'range',
  'user-agent',
  'x-forwarded-for',
];

const headersOut = [
  'accept-ranges',
  'allow',
  'content-disposition',
  'content-range',
  'content-type',
  'location',
  'retry-after',
  'x-request-id',
  'x-retry-after',
];

/**
 * The request, handed to the control plane with our key, and its answer as it comes: a live stream passes event by event,
 * and ends when the browser leaves.
 * @param path of the control plane; built of whole parts by `pathOf`
 */
export async function forward(request: Request, path: string | null): Promise<Response> {
  if (path === null) return new Response(null, { status: 404 });
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  try {
    const answer = await callControlPlane(`${path}${new URL(request.url).search}`, {
      method: request.method,
      headers: headersFor(request),
      body: hasBody ? request.body : null,
      signal: request.signal,
    });
    return new Response(answer.body, { status: answer.status, headers: headersOf(answer) });
  } catch (error) {
    // Nobody is there any more to read an answer.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    return unreachable(error);
  }
}

/** Handlers of every method that reaches the control plane. */
export function proxyTo(pathFor: (parts: readonly string[]) => string | null) {
  const handle = async (request: Request, context: { params: Promise<{ path: string[] }> }) =>
    forward(request, pathFor((await context.params).path));
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle };
}

/** Below `base`, whatever the parts hold: none of them leads out of it. */
export function pathBelow(base: string, parts: readonly string[]): string | null {
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return null;
  return [base, ...parts.map(encodeURIComponent)].join('/');
}

function headersFor(request: Request): Headers {
  const headers = new Headers({ 'x-portal-key': config().PORTAL_KEY });
  for (const name of headersIn) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const workspace = chosenWorkspace(request.headers.get('cookie'));
  if (workspace !== null) headers.set('x-tenant-id', workspace);
  return headers;
}

function headersOf(answer: Response): Headers {
  const headers = new Headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
  for (const name of headersOut) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return headers;
}
