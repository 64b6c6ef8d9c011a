import { listOutagesQuerySchema, outageDetailSchema, outageSchema, pageOf } from '@wafleet/contracts';
import { ofOutage, ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { OutageService } from '../outages/outage-service';
import type { TenantService } from '../tenants/tenant-service';

export interface OutageRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  outages: OutageService;
}

export function outageRoutes({ tenants, outages }: OutageRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/outages',
      summary: 'Times in which nobody listened, and how many messages of them were found; newest first',
      auth: 'admin',
      params: ofTenant,
      query: listOutagesQuerySchema,
      response: pageOf(outageSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return outages.list(params.tenantId, query);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/outages/:outageId',
      summary: 'One of them, with its chats',
      auth: 'admin',
      params: ofOutage,
      response: outageDetailSchema,
      handle: ({ params }) => outages.get(params.tenantId, params.outageId),
    }),
  ];
}
