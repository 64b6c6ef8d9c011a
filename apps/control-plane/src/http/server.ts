import { AppError } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import { adminRoutes, type AdminServices } from '../admin/admin-routes';
import { openApiRoutes } from '../openapi/openapi-routes';
import { portalRoutes } from '../portal/portal-routes';
import { authPassage } from '../web/auth-passage';
import { invitationRoutes, type InvitationRouteServices } from '../web/invitation-routes';
import { linkRoutes, type LinkRouteServices } from '../web/link-routes';
import { personRoutes } from '../web/person-routes';
import { createRequestPace } from '../users/request-pace';
import { tenantApi, type TenantApiServices } from '../tenant-api/tenant-api';
import { createAdmit } from './callers/admit';
import { createApp } from './app';
import { createAuthenticate, type Credentials } from './callers/authenticate';
import { healthRoutes, type HealthReport } from './health-routes';
import type { SignIn } from '../sign-in/sign-in';
import { createTries } from '../sign-in/tries';
import type { HttpListener } from './listener';
import { metricsRoutes, type MetricsRouteServices } from './metrics-routes';
import type { Route } from './routing/route';
import { mountTenantRoutes } from './routing/tenant-route';

export type HttpServerDeps = AdminServices &
  TenantApiServices &
  MetricsRouteServices &
  InvitationRouteServices &
  LinkRouteServices &
  Credentials & {
    listener: HttpListener;
    signIn: SignIn;
    /** False while this control plane stands by; it then answers nothing but its health. */
    isActive: () => boolean;
    health: HealthReport;
    /** Networks of proxies whose word on a caller's address counts. */
    trustedProxies: readonly string[];
    /** How often a tenant's key may be used; 0: as often as it likes. */
    keyRequestsPerMinute: number;
    now: () => Date;
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
  const { listener, eventStreams, fleetStreams, isActive, trustedProxies, now, log } = deps;
  const tries = createTries({ now });
  const ofTenant = mountTenantRoutes(tenantApi(deps), deps.tenants.mustExist);
  const described = [
    ...healthRoutes(deps.health),
    ...metricsRoutes(deps),
    ...adminRoutes(deps),
    ...ofTenant.admin,
    ...portalRoutes(),
    ...ofTenant.portal,
    ...ofTenant.v1,
    ...personRoutes(deps),
    ...invitationRoutes(deps, tries),
    ...linkRoutes(deps, tries),
  ];
  const routes = [...described, ...openApiRoutes(described)];
  const pace = createRequestPace({ perMinute: deps.keyRequestsPerMinute, now });
  const admit = createAdmit({ authenticate: createAuthenticate(deps), pace });
  const passages = [authPassage({ signIn: deps.signIn, tries })];
  const otherwise = () => new AppError('NOT_FOUND');
  listener.answerWith(
    createApp(routes, { admit, passages, audit: deps.audit, isActive, trustedProxies, otherwise, log }),
  );
  return { routes, close: () => listener.close(endStreams) };

  async function endStreams(): Promise<void> {
    await Promise.all([eventStreams.stop(), fleetStreams.stop()]);
  }
}
