import {
  createTenantSchema,
  erasureSchema,
  listTenantsQuerySchema,
  pageOf,
  tenantSchema,
  updateTenantSchema,
} from '@wafleet/contracts';
import { ofTenant } from '../http/input/parameters';
import { defineRoute, type Route } from '../http/routing/route';
import type { TenantService } from '../tenants/tenant-service';
import { operator } from '../http/routing/tenant-route';

export interface TenantRouteServices {
  tenants: Pick<TenantService, 'create' | 'list' | 'get' | 'update' | 'erase'>;
}

export function tenantRoutes({ tenants }: TenantRouteServices): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/admin/tenants',
      summary: 'Add a tenant and, unless told otherwise, start its session',
      auth: 'admin',
      body: createTenantSchema,
      status: 201,
      response: tenantSchema,
      handle: ({ body }) => tenants.create(body, operator),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants',
      summary: 'Tenants, newest first',
      auth: 'admin',
      query: listTenantsQuerySchema,
      response: pageOf(tenantSchema),
      handle: ({ query }) => tenants.list(query),
    }),
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId',
      summary: 'One tenant',
      auth: 'admin',
      params: ofTenant,
      response: tenantSchema,
      handle: ({ params }) => tenants.get(params.tenantId),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/admin/tenants/:tenantId',
      summary: 'Change name, expected number or proxy; another proxy replaces the worker',
      auth: 'admin',
      params: ofTenant,
      body: updateTenantSchema,
      response: tenantSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ params, body }) => tenants.update(params.tenantId, body, operator),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/admin/tenants/:tenantId',
      summary: 'Erase a tenant with everything that belongs to it; goes on after the answer',
      auth: 'admin',
      params: ofTenant,
      status: 202,
      response: erasureSchema,
      handle: ({ params }) => tenants.erase(params.tenantId, operator),
    }),
  ];
}
