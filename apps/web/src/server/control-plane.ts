import { config } from './config';

/** Until the head of an answer is there; a body may take as long as it flows. */
const answerTimeoutMs = 35_000;

/** @throws the reason why no answer came: no connection, no answer in time, or the caller left */
export async function callControlPlane(
  path: string,
  request: { method?: string; headers: Headers; body?: ReadableStream | null; signal?: AbortSignal },
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('no answer in time')), answerTimeoutMs);
  try {
    return await fetch(`${config().CONTROL_PLANE_URL}${path}`, {
      ...request,
      signal: AbortSignal.any([late.signal, ...(request.signal ? [request.signal] : [])]),
      redirect: 'manual',
      cache: 'no-store',
      // Node asks for this where a body is a stream.
      ...(request.body ? { duplex: 'half' } : {}),
    });
  } finally {
    clearTimeout(timer);
  }
}

/** In the shape of the control plane's own problems, so that a page has one thing to show. */
export function unreachable(error: unknown): Response {
  const line = { level: 'warn', msg: 'control plane not reached', reason: reasonOf(error) };
  process.stderr.write(`${JSON.stringify(line)}\n`);
  const problem = {
    type: 'about:blank',
    title: "We can't reach the service.",
    status: 503,
    code: 'UNREACHABLE',
    detail: 'This says nothing about your WhatsApp.',
    action: 'Try again shortly.',
    requestId: '',
  };
  return Response.json(problem, {
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '5' },
  });
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string }; message?: string };
  return cause?.code ?? message ?? 'unknown';
}
