import { tenantStatusViewSchema } from '@wafleet/contracts';
import { ofTenant } from '../http/parameters';
import { defineRoute, type Route } from '../http/route';
import type { TenantService } from '../tenants/tenant-service';
import { operator } from './operator';

export interface WorkerRouteServices {
  tenants: Pick<TenantService, 'statusView' | 'requestStart' | 'requestStop' | 'requestRestart'>;
}

export function workerRoutes({ tenants }: WorkerRouteServices): Route[] {
  const base = {
    auth: 'admin',
    params: ofTenant,
    response: tenantStatusViewSchema,
  } as const;
  const act = { ...base, method: 'POST', status: 202, errors: ['TENANT_ERASING'] } as const;

  return [
    defineRoute({
      ...base,
      method: 'GET',
      path: '/admin/tenants/:tenantId/status',
      summary: "Everything about the state of a tenant's session and worker",
      handle: ({ params }) => tenants.statusView(params.tenantId),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/worker/start',
      summary: 'Want the session running; repeats change nothing',
      handle: ({ params }) => tenants.requestStart(params.tenantId, operator),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/worker/stop',
      summary: 'Want the session stopped, its link kept; repeats change nothing',
      handle: ({ params }) => tenants.requestStop(params.tenantId, operator),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/worker/restart',
      summary: 'Replace the worker; at most every 30 seconds',
      errors: ['TENANT_ERASING', 'TOO_SOON'],
      handle: ({ params }) => tenants.requestRestart(params.tenantId, operator, { isForced: false }),
    }),
    defineRoute({
      ...act,
      path: '/admin/tenants/:tenantId/worker/force-restart',
      summary: 'Replace the worker, however short ago that was done before',
      handle: ({ params }) => tenants.requestRestart(params.tenantId, operator, { isForced: true }),
    }),
  ];
}
