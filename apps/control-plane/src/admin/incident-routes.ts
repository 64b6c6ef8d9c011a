import { incidentSchema, listIncidentsQuerySchema, pageOf } from '@wafleet/contracts';
import { defineRoute, type Route } from '../http/route';
import type { IncidentService } from '../incidents/incident-service';

export interface FleetIncidentRouteServices {
  incidents: Pick<IncidentService, 'list'>;
}

export function fleetIncidentRoutes({ incidents }: FleetIncidentRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/incidents',
      summary: 'Incidents of all tenants, newest first',
      auth: 'admin',
      query: listIncidentsQuerySchema,
      response: pageOf(incidentSchema),
      handle: ({ query }) => incidents.list(null, query),
    }),
  ];
}
