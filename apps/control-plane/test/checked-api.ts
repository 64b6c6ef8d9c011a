import { type ErrorCode, problemSchema } from '@wafleet/contracts';
import { type ApiAnswer, createApiClient } from '@wafleet/testing';
import type { Route } from '../src/http/routing/route';
import { errorsOf } from '../src/http/replies/route-errors';

export type CheckedApi = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string> },
) => Promise<ApiAnswer>;

/** Where no route is. */
const nowhere: ErrorCode[] = ['NOT_FOUND', 'METHOD_NOT_ALLOWED'];

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
    if (!(route ? errorsOf(route) : nowhere).includes(problem.code as ErrorCode)) {
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
