import { type ErrorCode, problemSchema } from '@wafleet/contracts';
import { type ApiAnswer, createApiClient } from '@wafleet/testing';
import type { Route } from '../src/http/route';

export type CheckedApi = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string> },
) => Promise<ApiAnswer>;

/** What any route may answer beside what its row says. */
const anywhere: ErrorCode[] = [
  'INVALID_INPUT',
  'MALFORMED_JSON',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'SCOPE_MISSING',
  'ADDRESS_NOT_ALLOWED',
  'RATE_LIMITED',
  'NO_TENANT',
  'TENANT_CHOICE_NEEDED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'STANDBY',
  'UNAVAILABLE',
  'INTERNAL',
];

/** A caller that also holds every answer against the row of its route: status, shape, codes of problems. */
export function createCheckedApi(
  url: string,
  routes: readonly Route[],
  credentials: Record<string, string>,
): CheckedApi {
  const client = createApiClient(url, credentials);
  return async (method, path, options) => {
    const answer = await client.call(method, path, options);
    const route = routes.find((row) => row.method === method && matches(row.path, path));
    checkAnswer(answer, route, `${method} ${path}`);
    return answer;
  };
}

function checkAnswer({ status, headers, body }: ApiAnswer, route: Route | undefined, what: string): void {
  const type = headers.get('content-type') ?? '';
  if (status >= 400) {
    if (!type.startsWith('application/problem+json'))
      throw new Error(`${what} answered ${status} as ${type}`);
    const problem = problemSchema.parse(body);
    if (problem.status !== status || !headers.get('x-request-id')) throw new Error(`${what}: wrong problem`);
    if (![...anywhere, ...(route?.errors ?? [])].includes(problem.code as ErrorCode)) {
      throw new Error(`${what} answered ${problem.code}, which its row does not name`);
    }
    return;
  }
  if (!route || route.status !== status) throw new Error(`${what} answered ${status}`);
  if (type.startsWith('application/json')) route.response.parse(body);
  else if (status !== 204 && !route.mediaTypes.some((one) => one === '*' || type.startsWith(one))) {
    throw new Error(`${what} answered ${type}`);
  }
}

function matches(pattern: string, path: string): boolean {
  const expression = pattern.replaceAll(/:\w+/g, '[^/]+');
  return new RegExp(`^${expression}$`).test(path.split('?')[0] as string);
}
