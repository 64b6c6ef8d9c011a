import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { adminRoutes, type AdminServices } from '../admin/admin-routes';
import { portalRoutes, type PortalServices } from '../portal/portal-routes';
import { createAuthenticate, type Credentials } from './authenticate';
import { beginExchange, exchangeOf } from './exchange';
import { healthRoutes, type HealthReport } from './health-routes';
import { problemOf } from './problem';
import type { Route } from './route';
import { serveRoute } from './serve-route';

const headersTimeoutMs = 10_000;
/** For a whole upload; other bodies are small and have less (json-body.ts). */
const requestTimeoutMs = 10 * 60_000;
/** How long answers under way may take once the server closes. */
const closeDeadlineMs = 5_000;

export type HttpServerDeps = AdminServices &
  PortalServices &
  Credentials & {
    /** False while this control plane stands by; it then answers nothing but its health. */
    isActive: () => boolean;
    health: HealthReport;
    log: Logger;
  };

export interface HttpServer {
  /** Every route that is served. */
  readonly routes: readonly Route[];
  /** Resolves with the address once connections are taken. Rejects with the system's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Ends live streams, lets answers under way finish for a few seconds, and closes every connection. */
  close(): Promise<void>;
}

export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const routes = [...healthRoutes(deps.health), ...adminRoutes(deps), ...portalRoutes(deps)];
  const server = createServer(createApp(routes, deps));
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;

  return {
    routes,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.removeListener('error', reject);
          resolve(server.address() as AddressInfo);
        });
      }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const deadline = setTimeout(() => server.closeAllConnections(), closeDeadlineMs);
      // A connection kept alive after its last answer would hold the server open until it times out.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await deps.eventStreams.stop();
      await closed;
      clearTimeout(deadline);
      clearInterval(sweep);
    },
  };
}

function createApp(routes: readonly Route[], deps: HttpServerDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.use(securityHeaders);
  app.use(beginExchange(deps.log));

  const serving = { authenticate: createAuthenticate(deps), isActive: deps.isActive };
  for (const route of routes) {
    const method = route.method.toLowerCase() as Lowercase<typeof route.method>;
    app[method](route.path, (request, response) => serveRoute(route, serving, request, response));
  }
  for (const [path, allow] of methodsByPath(routes)) {
    app.all(path, (_request, response) => {
      response.setHeader('allow', allow);
      throw new AppError('METHOD_NOT_ALLOWED');
    });
  }
  app.use(() => {
    throw new AppError('NOT_FOUND');
  });
  app.use(answerProblem(deps.log));
  return app;
}

function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>();
  for (const { path, method } of routes) {
    const own = method === 'GET' ? 'GET, HEAD' : method;
    const known = methods.get(path);
    methods.set(path, known === undefined ? own : `${known}, ${own}`);
  }
  return methods;
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
