import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { Passage } from '../passage';
import type { Route } from './route';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Finds what answers a request in one walk along its path, however many routes there are. */
export function createRouteTable(routes: readonly Route[], passages: readonly Passage[]) {
  const router = findMyWay({
    ignoreTrailingSlash: true,
    // As long as a path may be: what is too long is told by what reads it.
    maxParamLength: 16_384,
    // The query is read by who has it checked.
    querystringParser: () => ({}),
  });
  for (const route of routes) router.on(route.method, route.path, neverCalled, route);
  for (const passage of passages) router.all(`${passage.path}/*`, neverCalled, passage);

  const look = (method: string, url: string) =>
    router.find((method === 'HEAD' ? 'GET' : method) as HTTPMethod, url);
  return {
    /** What answers, or null; with the parameters of the path, decoded. */
    find(method: string, url: string): { answers: Route | Passage | null; params: Record<string, unknown> } {
      const found = look(method, url);
      return found === null
        ? { answers: null, params: {} }
        : { answers: found.store as Route | Passage, params: found.params };
    },
    /** With which methods the path can be asked; none where it is unknown. */
    methodsOf(url: string): readonly string[] {
      return methods.filter((method) => look(method, url) !== null);
    },
  };
}

/** The table says what answers; answering is for who asked it. */
const neverCalled = () => undefined;
