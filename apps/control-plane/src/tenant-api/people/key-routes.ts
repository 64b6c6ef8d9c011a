import {
  createdTenantKeySchema,
  createTenantKeySchema,
  listTenantKeysQuerySchema,
  pageOf,
  tenantKeySchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofKey } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { ApiKeys } from '../../users/api-keys';

export interface TenantKeyRouteServices {
  apiKeys: Pick<ApiKeys, 'ofTenants'>;
}

export function tenantKeyRoutes({ apiKeys: { ofTenants } }: TenantKeyRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/keys',
      at: { admin: true, portal: true, v1: 'manage' },
      summary: "Keys of the tenant's programs, revoked and expired ones too; never the keys themselves",
      query: listTenantKeysQuerySchema,
      response: pageOf(tenantKeySchema),
      isSilentOnUnknown: true,
      handle: ({ tenantId, query }) => ofTenants.list(tenantId, query),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/keys',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Make a key for a program of the tenant; it is shown this once',
      body: createTenantKeySchema,
      audited: ['name', 'scopes', 'expiresAt'],
      status: 201,
      response: createdTenantKeySchema,
      errors: ['TENANT_ERASING', 'TOO_MANY'],
      handle: ({ tenantId, by, keyLimits, body }) => ofTenants.create(tenantId, body, by, keyLimits),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/keys/:keyId',
      at: { admin: true, portal: 'OWNER', v1: 'manage' },
      summary: 'Revoke a key of the tenant; repeats change nothing',
      params: ofKey,
      status: 204,
      response: z.void(),
      handle: ({ tenantId, by, params }) => ofTenants.revoke(tenantId, params.keyId, by),
    }),
  ];
}
