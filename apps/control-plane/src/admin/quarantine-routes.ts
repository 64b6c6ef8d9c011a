import { listQuarantinedQuerySchema, pageOf, quarantinedEventSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { ofQuarantined, ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { TenantService } from '../tenants/tenant-service';
import type { Quarantine } from '../worker-link/quarantine';

export interface QuarantineRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  quarantine: Quarantine;
}

export function quarantineRoutes({ tenants, quarantine }: QuarantineRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/quarantined',
      summary: 'What a worker told and could not be stored, newest first',
      auth: 'admin',
      params: ofTenant,
      query: listQuarantinedQuerySchema,
      response: pageOf(quarantinedEventSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return quarantine.list(params.tenantId, query);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/tenants/:tenantId/quarantined/:eventId/retry',
      summary: 'Store it after all, as after an update',
      auth: 'admin',
      params: ofQuarantined,
      status: 204,
      response: z.void(),
      errors: ['STILL_QUARANTINED'],
      handle: ({ params }) => quarantine.retry(params.tenantId, params.eventId),
    }),
  ];
}
