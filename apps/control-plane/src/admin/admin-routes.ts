import type { Route } from '../http/route';
import { alertRoutes, type AlertRouteServices } from './alert-routes';
import { fleetEventRoutes, type FleetEventRouteServices } from './event-routes';
import { fleetIncidentRoutes, type FleetIncidentRouteServices } from './incident-routes';
import { keyRoutes, type KeyRouteServices } from './key-routes';
import { memberRoutes, type MemberRouteServices } from './member-routes';
import { tenantRoutes, type TenantRouteServices } from './tenant-routes';

export type AdminServices = TenantRouteServices &
  FleetEventRouteServices &
  FleetIncidentRouteServices &
  AlertRouteServices &
  MemberRouteServices &
  KeyRouteServices;

/** What only operators have: the tenants themselves, and what is of the whole fleet. */
export function adminRoutes(services: AdminServices): Route[] {
  return [
    ...tenantRoutes(services),
    ...memberRoutes(services),
    ...fleetEventRoutes(services),
    ...fleetIncidentRoutes(services),
    ...alertRoutes(services),
    ...keyRoutes(services),
  ];
}
