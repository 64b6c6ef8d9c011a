import { AppError } from '@wafleet/contracts';
import type { Request, Response } from 'express';
import type { Admit } from '../callers/admit';
import { bytesOf } from '../input/bytes-body';
import type { WebCaller } from '../callers/callers';
import { type Exchange, exchangeOf } from '../exchange';
import { readJsonBody } from '../input/json-body';
import type { Passage } from '../passage';
import { type Attribute, MediaReply, type Route, StreamReply } from './route';
import { validateRequest } from '../input/validate';

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
  const { query, headers } = request;
  const { params } = exchange;
  const valid = validateRequest(route, { params, query, headers, body });
  exchange.detail = auditedOf(route, valid);
  const bytes = bytesOf(request);
  const attribute: Attribute = (actor, tenantId) => {
    const from = exchange.caller?.from ?? null;
    exchange.met = { actor, from, ...(tenantId === undefined ? {} : { tenantId }) };
  };
  const { caller } = exchange;
  const answer = await route.handle({ ...valid, bytes, caller, mediaType, attribute });
  noteMade(exchange, answer);
  if (answer instanceof StreamReply) {
    if (request.method !== 'HEAD') return answer.open(response);
    // HEAD has no body that could go on.
    answer.discard();
    return void response.end();
  }
  write(response, route, answer);
}

/** What it was done to, and those fields of its body that say what was done and hold nothing secret. */
function auditedOf(
  route: Route,
  { params, body }: { params: unknown; body: unknown },
): Record<string, unknown> {
  const named = Object.entries(params as Record<string, unknown>).filter(([name]) => !unnamed.includes(name));
  const fields = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries([...named, ...fields.filter(([name]) => route.audited.includes(name))]);
}

/** The tenant has a place of its own in the log. Who is no user is not named: it would outlive the erasing of a contact. */
const unnamed = ['tenantId', 'contactId', 'chatId', 'phoneNumber'];

/** What was made is known by its id; a tenant that was made is the one that this is about. */
function noteMade(exchange: Exchange, answer: unknown): void {
  if (exchange.route === null || typeof answer !== 'object' || answer === null || !('id' in answer)) return;
  const { id } = answer;
  if (typeof id === 'string') exchange.detail['id'] ??= id;
}

/** The same for a passage: its sender is let in first. */
export async function servePassage(
  passage: Passage,
  deps: { admit: Admit; isActive: () => boolean },
  request: Request,
  response: Response,
): Promise<void> {
  const exchange = exchangeOf(response);
  exchange.route = passage;
  if (!deps.isActive()) throw new AppError('STANDBY', { retryAfterSeconds: 2 });
  const caller = await deps.admit({ auth: passage.auth, scope: null }, request, response);
  exchange.caller = caller;
  await passage.serve(request, response, caller as WebCaller);
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
