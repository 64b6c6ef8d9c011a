import { AppError } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { AuditLog } from '../audit/audit-log';
import type { Admit } from './callers/admit';
import { beginExchange, exchangeOf } from './exchange';
import type { Passage } from './passage';
import { problemOf } from './replies/problem';
import type { Route } from './routing/route';
import { createRouteTable } from './routing/route-table';
import { servePassage, serveRoute } from './routing/serve-route';

/** Serves these routes, each with what every answer has in common. */
export function createApp(
  routes: readonly Route[],
  deps: {
    admit: Admit;
    passages?: readonly Passage[];
    audit?: Pick<AuditLog, 'record'>;
    /** Networks of proxies whose word on a caller's address counts. */
    trustedProxies: readonly string[];
    /** False while this control plane stands by; it then answers nothing but its health. */
    isActive: () => boolean;
    /** What is said of a path that no route has. */
    otherwise: () => AppError;
    log: Logger;
  },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', [...deps.trustedProxies]);
  app.use(securityHeaders);
  app.use(beginExchange(deps.log, deps.audit ?? null));

  const table = createRouteTable(routes, deps.passages ?? []);
  app.use(async (request, response) => {
    const { answers, params } = table.find(request.method, request.url);
    exchangeOf(response).params = params;
    if (answers === null) {
      const allowed = table.methodsOf(request.url);
      if (allowed.length === 0) throw deps.otherwise();
      response.setHeader('allow', allowed.join(', '));
      throw new AppError('METHOD_NOT_ALLOWED');
    }
    if ('serve' in answers) return servePassage(answers, deps, request, response);
    await serveRoute(answers, deps, request, response);
  });
  app.use(answerProblem(deps.log));
  return app;
}

/** Answers are for programs and hold what is somebody's own: no cache, no frame, no guessing of types. */
function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
  next();
}

function answerProblem(log: Logger) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    const exchange = exchangeOf(response);
    const { status, headers, body, toLog } = problemOf(thrown, exchange.requestId);
    exchange.problem = body.code;
    if (toLog !== undefined) {
      log.error({ requestId: exchange.requestId, route: exchange.route?.path, err: toLog }, 'request failed');
    }
    if (response.headersSent) return void response.destroy();
    response.writeHead(status, headers).end(JSON.stringify(body));
  };
}
