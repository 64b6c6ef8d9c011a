import { historyQuerySchema, timelineSchema, usageHistorySchema } from '@wafleet/contracts';
import type { TimelineReader } from '../../fleet/timeline';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { UsageReader } from '../../usage/read-usage';

export interface HistoryRouteServices {
  usage: UsageReader;
  timeline: TimelineReader;
}

export function historyRoutes({ usage, timeline }: HistoryRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/metrics',
      at: { admin: true },
      summary: 'Memory, processor, messages and restarts over an hour, a day or a week',
      query: historyQuerySchema,
      response: usageHistorySchema,
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => usage.read(tenantId, query.range),
    }),
    defineTenantRoute({
      method: 'GET',
      path: '/timeline',
      at: { admin: true },
      summary: 'Which status it had from when to when, and what happened, without messages',
      query: historyQuerySchema,
      response: timelineSchema,
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => timeline.read(tenantId, query.range),
    }),
  ];
}
