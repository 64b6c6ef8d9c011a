import { AppError } from '@wafleet/contracts';
import type { Request, Response } from 'express';
import type { Authenticate } from './authenticate';
import { exchangeOf } from './exchange';
import { readJsonBody } from './json-body';
import { MediaReply, type Route, StreamReply } from './route';
import { validateRequest } from './validate';

/**
 * Answers one request by a route: authenticates before anything of the request is read, then validates, then handles.
 * Rejects with whatever went wrong, before any byte of the answer is written.
 */
export async function serveRoute(
  route: Route,
  deps: { authenticate: Authenticate; isActive: () => boolean },
  request: Request,
  response: Response,
): Promise<void> {
  const exchange = exchangeOf(response);
  exchange.route = route;
  if (!route.onStandby && !deps.isActive()) throw new AppError('STANDBY', { retryAfterSeconds: 2 });
  exchange.caller = await deps.authenticate(route.auth, request.headers);

  const mediaType = request.accepts([...route.mediaTypes]);
  if (mediaType === false) {
    throw new AppError('NOT_ACCEPTABLE', { detail: `Given here: ${route.mediaTypes.join(', ')}.` });
  }
  const body = route.method === 'GET' ? undefined : await readJsonBody(request, response);
  const { params, query, headers } = request;
  const valid = validateRequest(route, { params, query, headers, body });
  const answer = await route.handle({ ...valid, caller: exchange.caller, mediaType });
  if (answer instanceof StreamReply) {
    // HEAD has no body that could go on.
    return request.method === 'HEAD' ? void response.end() : answer.open(response);
  }
  write(response, route, answer);
}

function write(response: Response, route: Route, answer: unknown): void {
  response.statusCode = route.status;
  if (route.status === 204) return void response.end();
  if (answer instanceof MediaReply) {
    response.setHeader('content-type', answer.mediaType);
    return void response.end(answer.content);
  }
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer));
}
