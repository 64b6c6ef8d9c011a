import {
  acknowledgedSchema,
  acknowledgeIncidentsSchema,
  incidentDetailSchema,
  incidentGroupSchema,
  incidentSchema,
  listIncidentGroupsQuerySchema,
  listIncidentsQuerySchema,
  pageOf,
} from '@wafleet/contracts';
import { ofIncident } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';
import type { IncidentService } from '../../incidents/incident-service';

export interface FleetIncidentRouteServices {
  incidents: Pick<IncidentService, 'list' | 'get' | 'groups' | 'acknowledge' | 'acknowledgeGroup'>;
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
    defineRoute({
      method: 'GET',
      path: '/admin/incidents/groups',
      summary: 'Incidents of all tenants by reason and version of WhatsApp Web',
      auth: 'admin',
      query: listIncidentGroupsQuerySchema,
      response: pageOf(incidentGroupSchema),
      handle: async ({ query }) => ({ items: await incidents.groups(query), nextCursor: null }),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/incidents/acknowledge',
      summary: 'Say that somebody knows of the open incidents of a group; later ones are open again',
      auth: 'admin',
      body: acknowledgeIncidentsSchema,
      response: acknowledgedSchema,
      handle: ({ body, caller }) => incidents.acknowledgeGroup(body, caller.actor.label),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/incidents/:incidentId',
      summary: 'One incident of any tenant with everything that was noted when it happened',
      auth: 'admin',
      params: ofIncident,
      response: incidentDetailSchema,
      handle: ({ params }) => incidents.get(null, params.incidentId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/incidents/:incidentId/acknowledge',
      summary: 'Say that somebody knows of it; repeats change nothing',
      auth: 'admin',
      params: ofIncident,
      response: incidentDetailSchema,
      handle: ({ params, caller }) => incidents.acknowledge(params.incidentId, caller.actor.label),
    }),
  ];
}
