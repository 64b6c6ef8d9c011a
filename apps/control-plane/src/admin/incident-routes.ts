import { incidentDetailSchema, incidentSchema, listIncidentsQuerySchema, pageOf } from '@wafleet/contracts';
import { z } from 'zod';
import { ofIncident, ofTenant } from '../http/parameters';
import { defineRoute, MediaReply, type Route } from '../http/route';
import type { IncidentService } from '../incidents/incident-service';
import type { TenantService } from '../tenants/tenant-service';

export interface IncidentRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  incidents: IncidentService;
}

export function incidentRoutes({ tenants, incidents }: IncidentRouteServices): Route[] {
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
      path: '/admin/tenants/:tenantId/incidents',
      summary: 'What went wrong with a tenant, newest first',
      auth: 'admin',
      params: ofTenant,
      query: listIncidentsQuerySchema,
      response: pageOf(incidentSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return incidents.list(params.tenantId, query);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/incidents/:incidentId',
      summary: 'One incident with everything that was noted when it happened',
      auth: 'admin',
      params: ofIncident,
      response: incidentDetailSchema,
      handle: ({ params }) => incidents.get(params.tenantId, params.incidentId),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/incidents/:incidentId/screenshot',
      summary: 'The page as it was then, as a picture',
      auth: 'admin',
      params: ofIncident,
      response: z.string(),
      mediaTypes: ['image/jpeg'],
      errors: ['NO_SCREENSHOT'],
      handle: async ({ params }) =>
        new MediaReply('image/jpeg', await incidents.screenshot(params.tenantId, params.incidentId)),
    }),
  ];
}
