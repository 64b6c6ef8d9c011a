import type { Route } from '../http/route';
import { alertRoutes, type AlertRouteServices } from './alert-routes';
import { eventRoutes, type EventRouteServices } from './event-routes';
import { incidentRoutes, type IncidentRouteServices } from './incident-routes';
import { keyRoutes, type KeyRouteServices } from './key-routes';
import { mediaRoutes, type MediaRouteServices } from './media-routes';
import { memberRoutes, type MemberRouteServices } from './member-routes';
import { messageRoutes, type MessageRouteServices } from './message-routes';
import { outageRoutes, type OutageRouteServices } from './outage-routes';
import { quarantineRoutes, type QuarantineRouteServices } from './quarantine-routes';
import { sessionRoutes, type SessionRouteServices } from './session-routes';
import { tenantRoutes, type TenantRouteServices } from './tenant-routes';
import { workerRoutes, type WorkerRouteServices } from './worker-routes';

export type AdminServices = TenantRouteServices &
  WorkerRouteServices &
  SessionRouteServices &
  MessageRouteServices &
  MediaRouteServices &
  OutageRouteServices &
  QuarantineRouteServices &
  EventRouteServices &
  IncidentRouteServices &
  AlertRouteServices &
  MemberRouteServices &
  KeyRouteServices;

/** The operators' API: everything, for every tenant. */
export function adminRoutes(services: AdminServices): Route[] {
  return [
    ...workerRoutes(services),
    ...tenantRoutes(services),
    ...sessionRoutes(services),
    ...messageRoutes(services),
    ...mediaRoutes(services),
    ...outageRoutes(services),
    ...quarantineRoutes(services),
    ...eventRoutes(services),
    ...incidentRoutes(services),
    ...alertRoutes(services),
    ...memberRoutes(services),
    ...keyRoutes(services),
  ];
}
