import { AppError } from '@wafleet/contracts';
import type { Request, Response } from 'express';
import type { Admit } from './admit';
import { bytesOf } from './bytes-body';
import { exchangeOf } from './exchange';
import { readJsonBody } from './json-body';
import { MediaReply, type Route, StreamReply } from './route';
import { validateRequest } from './validate';

/**
 * Answers one request by a route: lets its sender in before anything of the request is read, then validates, then handles.
 * Rejects with whatever went wrong, before any byte of the answer is written.
 */
export async function serveRoute(
  route: Route,
  deps: { admit: Admit; isActive: () => boolean },
  request: Request,
  response: Response,
): Promise<void> {
  const exchange = exchangeOf(response);
  exchange.route = route;
  if (!route.onStandby && !deps.isActive()) throw new AppError('STANDBY', { retryAfterSeconds: 2 });
  exchange.caller = await deps.admit(route, request, response);

  const mediaType = chooseMediaType(route, request);
  const hasJson = route.method !== 'GET' && !route.takesBytes;
  const body = hasJson ? await readJsonBody(request, response) : undefined;
  const { params, query, headers } = request;
  const valid = validateRequest(route, { params, query, headers, body });
  const bytes = bytesOf(request);
  const answer = await route.handle({ ...valid, bytes, caller: exchange.caller, mediaType });
  if (answer instanceof StreamReply) {
    if (request.method !== 'HEAD') return answer.open(response);
    // HEAD has no body that could go on.
    answer.discard();
    return void response.end();
  }
  write(response, route, answer);
}

function chooseMediaType({ mediaTypes }: Route, request: Request): string {
  if (mediaTypes[0] === '*') return '*';
  const mediaType = request.accepts([...mediaTypes]);
  if (mediaType !== false) return mediaType;
  throw new AppError('NOT_ACCEPTABLE', { detail: `Given here: ${mediaTypes.join(', ')}.` });
}

function write(response: Response, route: Route, answer: unknown): void {
  response.statusCode = route.status;
  if (route.status === 204) return void response.end();
  if (answer instanceof MediaReply) {
    response.setHeaders(new Map(Object.entries({ ...answer.headers, 'content-type': answer.mediaType })));
    return void response.end(answer.content);
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer));
}
