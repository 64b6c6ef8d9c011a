import {
  listEventsQuerySchema,
  listLogsQuerySchema,
  logLineSchema,
  pageOf,
  tenantEventSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { EventHistory } from '../live/event-history';
import type { EventStreams } from '../live/event-streams';
import { streamHeaders, streamQuery, streamReply } from '../live/stream-route';
import { readCuratedLog } from '../logs/curated-log';
import type { TenantLogs } from '../logs/tenant-logs';

export interface EventRouteServices {
  events: Pick<EventHistory, 'page'>;
  eventStreams: EventStreams;
  logs: Pick<TenantLogs, 'read'>;
}

export function eventRoutes({ events, eventStreams, logs }: EventRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/events',
      at: { admin: true, portal: true, v1: 'read' },
      summary: 'What happened, as data, newest first',
      query: listEventsQuerySchema,
      response: pageOf(tenantEventSchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => events.page(tenantId, query),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/events/live',
      at: { portal: true, v1: 'read' },
      summary: 'Live events, as server-sent events; goes on after Last-Event-ID',
      query: streamQuery,
      headers: streamHeaders,
      response: z.string(),
      mediaTypes: ['text/event-stream'],
      errors: ['UNAVAILABLE'],
      handle: (request) => streamReply(eventStreams, request.tenantId, request),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/logs',
      at: { admin: true },
      summary: "The newest log lines of a tenant's worker and of the control plane about it, newest first",
      query: listLogsQuerySchema,
      response: pageOf(logLineSchema),
      isSilentOnUnknown: true,
      handle: async ({ tenantId, query }) => ({ items: await logs.read(tenantId, query), nextCursor: null }),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/logs',
      at: { portal: true, v1: 'read' },
      summary: 'What happened, in words, newest first',
      query: listLogsQuerySchema,
      response: pageOf(logLineSchema),
      handle: async ({ tenantId, query }) => ({
        items: await readCuratedLog(events, tenantId, query),
        nextCursor: null,
      }),
    }),
  ];
}
