import type { Stack } from './stack';

/** A request to the stand-in's HTTP control. @throws Error when it is refused */
export async function callStandin(
  stack: Pick<Stack, 'standin'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<any> {
  const response = await fetch(`${stack.standin.controlUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`stand-in: ${method} ${path} answered ${response.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}
