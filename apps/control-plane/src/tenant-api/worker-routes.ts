import { tenantStatusViewSchema } from '@wafleet/contracts';
import { defineTenantRoute, type TenantRoute } from '../http/routing/tenant-route';
import type { TenantService } from '../tenants/tenant-service';

export interface WorkerRouteServices {
  tenants: Pick<TenantService, 'statusView' | 'requestStart' | 'requestStop' | 'requestRestart'>;
}

export function workerRoutes({ tenants }: WorkerRouteServices): TenantRoute[] {
  const base = {
    response: tenantStatusViewSchema,
  } as const;
  const act = { ...base, method: 'POST', status: 202, errors: ['TENANT_ERASING', 'TENANT_MOVED'] } as const;

  return [
    defineTenantRoute({
      ...base,
      method: 'GET',
      path: '/status',
      at: { admin: true, portal: true, v1: 'read' },
      summary: "Everything about the state of a tenant's session and worker",
      handle: ({ tenantId }) => tenants.statusView(tenantId),
    }),
    defineTenantRoute({
      ...act,
      path: '/worker/start',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'Want the session running; repeats change nothing',
      handle: ({ tenantId, by }) => tenants.requestStart(tenantId, by),
    }),
    defineTenantRoute({
      ...act,
      path: '/worker/stop',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Want the session stopped, its link kept; repeats change nothing',
      handle: ({ tenantId, by }) => tenants.requestStop(tenantId, by),
    }),
    defineTenantRoute({
      ...act,
      path: '/worker/restart',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: 'Replace the worker; at most every 30 seconds',
      errors: ['TENANT_ERASING', 'TENANT_MOVED', 'TOO_SOON'],
      handle: ({ tenantId, by }) => tenants.requestRestart(tenantId, by, { isForced: false }),
    }),
    defineTenantRoute({
      ...act,
      path: '/worker/force-restart',
      at: { admin: true },
      summary: 'Replace the worker, however short ago that was done before',
      handle: ({ tenantId, by }) => tenants.requestRestart(tenantId, by, { isForced: true }),
    }),
  ];
}
