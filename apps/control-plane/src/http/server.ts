import { AppError } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import { adminRoutes, type AdminServices } from '../admin/admin-routes';
import { portalRoutes, type PortalServices } from '../portal/portal-routes';
import { createApp } from './app';
import { createAuthenticate, type Credentials } from './authenticate';
import { healthRoutes, type HealthReport } from './health-routes';
import type { HttpListener } from './listener';
import type { Route } from './route';

export type HttpServerDeps = AdminServices &
  PortalServices &
  Credentials & {
    listener: HttpListener;
    /** False while this control plane stands by; it then answers nothing but its health. */
    isActive: () => boolean;
    health: HealthReport;
    log: Logger;
  };

export interface HttpServer {
  /** Every route that is served. */
  readonly routes: readonly Route[];
  /** Ends live streams, lets answers under way finish for a few seconds, and closes every connection. */
  close(): Promise<void>;
}

/** Answers on the listener from now on. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { listener, eventStreams, isActive, log } = deps;
  const routes = [...healthRoutes(deps.health), ...adminRoutes(deps), ...portalRoutes(deps)];
  const authenticate = createAuthenticate(deps);
  const otherwise = () => new AppError('NOT_FOUND');
  listener.answerWith(createApp(routes, { authenticate, isActive, otherwise, log }));
  return { routes, close: () => listener.close(() => eventStreams.stop()) };
}
