import type { Route } from '../http/routing/route';
import { auditRoutes, type AuditRouteServices } from './audit-routes';
import { alertRoutes, type AlertRouteServices } from './alert-routes';
import { bulkRoutes, type BulkRouteServices } from './fleet/bulk-routes';
import { erasureRoutes, type ErasureRouteServices } from './erasure-routes';
import { fleetEventRoutes, type FleetEventRouteServices } from './fleet/event-routes';
import { fleetRoutes, type FleetRouteServices } from './fleet/fleet-routes';
import { fleetIncidentRoutes, type FleetIncidentRouteServices } from './fleet/incident-routes';
import { installationRoutes, type InstallationRouteServices } from './installation-routes';
import { keyRoutes, type KeyRouteServices } from './people/key-routes';
import { memberRoutes, type MemberRouteServices } from './people/member-routes';
import { moveRoutes, type MoveRouteServices } from './move-routes';
import { rolloutRoutes, type RolloutRouteServices } from './fleet/rollout-routes';
import { userRoutes, type UserRouteServices } from './people/user-routes';
import { tenantRoutes, type TenantRouteServices } from './tenant-routes';

export type AdminServices = TenantRouteServices &
  MoveRouteServices &
  FleetRouteServices &
  BulkRouteServices &
  RolloutRouteServices &
  ErasureRouteServices &
  FleetEventRouteServices &
  FleetIncidentRouteServices &
  AlertRouteServices &
  MemberRouteServices &
  InstallationRouteServices &
  KeyRouteServices &
  AuditRouteServices &
  UserRouteServices;

/** What only operators have: the tenants themselves, and what is of the whole fleet. */
export function adminRoutes(services: AdminServices): Route[] {
  return [
    ...tenantRoutes(services),
    ...moveRoutes(services),
    ...erasureRoutes(services),
    ...memberRoutes(services),
    ...fleetRoutes(services),
    ...bulkRoutes(services),
    ...rolloutRoutes(services),
    ...userRoutes(services),
    ...fleetEventRoutes(services),
    ...fleetIncidentRoutes(services),
    ...alertRoutes(services),
    ...installationRoutes(services),
    ...keyRoutes(services),
    ...auditRoutes(services),
  ];
}
