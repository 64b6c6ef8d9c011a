import type { TenantRoute } from '../http/tenant-route';
import { eventRoutes, type EventRouteServices } from './event-routes';
import { incidentRoutes, type IncidentRouteServices } from './incident-routes';
import { tenantKeyRoutes, type TenantKeyRouteServices } from './key-routes';
import { mediaRoutes, type MediaRouteServices } from './media-routes';
import { messageRoutes, type MessageRouteServices } from './message-routes';
import { outageRoutes, type OutageRouteServices } from './outage-routes';
import { quarantineRoutes, type QuarantineRouteServices } from './quarantine-routes';
import { sessionRoutes, type SessionRouteServices } from './session-routes';
import { webhookRoutes, type WebhookRouteServices } from './webhook-routes';
import { workerRoutes, type WorkerRouteServices } from './worker-routes';

export type TenantApiServices = WorkerRouteServices &
  SessionRouteServices &
  MessageRouteServices &
  MediaRouteServices &
  WebhookRouteServices &
  OutageRouteServices &
  QuarantineRouteServices &
  EventRouteServices &
  IncidentRouteServices &
  TenantKeyRouteServices;

/** All that can be asked about one tenant; each row names the doors by which it is reached. */
export function tenantApi(services: TenantApiServices): TenantRoute[] {
  return [
    ...workerRoutes(services),
    ...sessionRoutes(services),
    ...messageRoutes(services),
    ...mediaRoutes(services),
    ...webhookRoutes(services),
    ...outageRoutes(services),
    ...quarantineRoutes(services),
    ...eventRoutes(services),
    ...incidentRoutes(services),
    ...tenantKeyRoutes(services),
  ];
}
