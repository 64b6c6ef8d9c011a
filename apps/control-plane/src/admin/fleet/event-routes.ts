import { z } from 'zod';
import { tenantIdFilter } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';
import type { EventStreams } from '../../live/event-streams';
import { streamHeaders, streamQuery, streamReply } from '../../live/stream-route';
import type { TenantService } from '../../tenants/tenant-service';

export interface FleetEventRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  eventStreams: EventStreams;
}

export function fleetEventRoutes({ tenants, eventStreams }: FleetEventRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/events',
      summary: 'Live events of all tenants or one, as server-sent events; goes on after Last-Event-ID',
      auth: 'admin',
      query: streamQuery.extend({ tenantId: tenantIdFilter.optional() }),
      headers: streamHeaders,
      response: z.string(),
      mediaTypes: ['text/event-stream'],
      errors: ['NOT_FOUND', 'UNAVAILABLE'],
      handle: async ({ query, headers, caller: { isStillAllowed } }) => {
        const { tenantId } = query;
        if (tenantId !== undefined) await tenants.mustExist(tenantId);
        return streamReply(eventStreams, tenantId ?? null, { query, headers, isStillAllowed });
      },
    }),
  ];
}
