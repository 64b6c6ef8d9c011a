import { listQuarantinedQuerySchema, pageOf, quarantinedEventSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { ofQuarantined } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { Quarantine } from '../../worker-link/commit/quarantine';

export interface QuarantineRouteServices {
  quarantine: Quarantine;
}

export function quarantineRoutes({ quarantine }: QuarantineRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/quarantined',
      at: { admin: true },
      summary: 'What a worker told and could not be stored, newest first',
      query: listQuarantinedQuerySchema,
      response: pageOf(quarantinedEventSchema),
      reveals: true,
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => quarantine.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/quarantined/:eventId/retry',
      at: { admin: true },
      summary: 'Store it after all, as after an update',
      params: ofQuarantined,
      status: 204,
      response: z.void(),
      errors: ['STILL_QUARANTINED'],
      handle: ({ tenantId, params }) => quarantine.retry(tenantId, params.eventId),
    }),
  ];
}
