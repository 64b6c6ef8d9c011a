import { listOutagesQuerySchema, outageDetailSchema, outageSchema, pageOf } from '@wafleet/contracts';
import { ofOutage } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { OutageService } from '../../outages/outage-service';

export interface OutageRouteServices {
  outages: OutageService;
}

export function outageRoutes({ outages }: OutageRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/outages',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'Times in which nobody listened, and how many messages of them were found; newest first',
      query: listOutagesQuerySchema,
      response: pageOf(outageSchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => outages.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/outages/:outageId',
      at: { admin: true, v1: 'read' },
      summary: 'One of them, with its chats',
      params: ofOutage,
      response: outageDetailSchema,
      handle: ({ tenantId, params }) => outages.get(tenantId, params.outageId),
    }),
  ];
}
