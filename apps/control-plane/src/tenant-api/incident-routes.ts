import { incidentDetailSchema, incidentSchema, listIncidentsQuerySchema, pageOf } from '@wafleet/contracts';
import { z } from 'zod';
import { ofIncident } from '../http/input/parameters';
import { MediaReply } from '../http/routing/route';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { IncidentService } from '../incidents/incident-service';

export interface IncidentRouteServices {
  incidents: IncidentService;
}

export function incidentRoutes({ incidents }: IncidentRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/incidents',
      at: { admin: true },
      summary: 'What went wrong with a tenant, newest first',
      query: listIncidentsQuerySchema,
      response: pageOf(incidentSchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => incidents.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/incidents/:incidentId',
      at: { admin: true },
      summary: 'One incident with everything that was noted when it happened',
      params: ofIncident,
      response: incidentDetailSchema,
      handle: ({ tenantId, params }) => incidents.get(tenantId, params.incidentId),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/incidents/:incidentId/screenshot',
      at: { admin: true },
      summary: 'The page as it was then, as a picture',
      params: ofIncident,
      response: z.string(),
      mediaTypes: ['image/jpeg'],
      reveals: true,
      errors: ['NO_SCREENSHOT'],
      handle: async ({ tenantId, params }) =>
        new MediaReply('image/jpeg', await incidents.screenshot(tenantId, params.incidentId)),
    }),
  ];
}
