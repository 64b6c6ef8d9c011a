import {
  listEventsQuerySchema,
  listLogsQuerySchema,
  logLineSchema,
  pageOf,
  tenantEventSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofTenant, tenantIdFilter } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { EventHistory } from '../live/event-history';
import type { EventStreams } from '../live/event-streams';
import { streamHeaders, streamQuery, streamReply } from '../live/stream-route';
import type { TenantLogs } from '../logs/tenant-logs';
import type { TenantService } from '../tenants/tenant-service';

export interface EventRouteServices {
  tenants: Pick<TenantService, 'mustExist'>;
  events: Pick<EventHistory, 'page'>;
  eventStreams: EventStreams;
  logs: Pick<TenantLogs, 'read'>;
}

export function eventRoutes({ tenants, events, eventStreams, logs }: EventRouteServices): Route[] {
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
      errors: ['UNAVAILABLE'],
      handle: async (request) => {
        const { tenantId } = request.query;
        if (tenantId !== undefined) await tenants.mustExist(tenantId);
        return streamReply(eventStreams, tenantId ?? null, request);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/events',
      summary: 'What happened to a tenant, newest first',
      auth: 'admin',
      params: ofTenant,
      query: listEventsQuerySchema,
      response: pageOf(tenantEventSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return events.page(params.tenantId, query);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/logs',
      summary: "The newest log lines of a tenant's worker and of the control plane about it, newest first",
      auth: 'admin',
      params: ofTenant,
      query: listLogsQuerySchema,
      response: pageOf(logLineSchema),
      handle: async ({ params, query }) => {
        await tenants.mustExist(params.tenantId);
        return { items: await logs.read(params.tenantId, query), nextCursor: null };
      },
    }),
  ];
}
