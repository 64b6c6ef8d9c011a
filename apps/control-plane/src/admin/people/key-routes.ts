import { apiKeySchema, createApiKeySchema, createdApiKeySchema, pageOf } from '@wafleet/contracts';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/routing/route';
import type { ApiKeys } from '../../users/api-keys';

export interface KeyRouteServices {
  apiKeys: Pick<ApiKeys, 'list' | 'create' | 'revoke'>;
}

export function keyRoutes({ apiKeys }: KeyRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/keys',
      summary: 'Keys of operators and portals, revoked ones too; never the keys themselves',
      auth: 'admin',
      response: pageOf(apiKeySchema),
      handle: async () => ({ items: await apiKeys.list(), nextCursor: null }),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/keys',
      summary: 'Make a key; it is shown this once',
      auth: 'admin',
      body: createApiKeySchema,
      audited: ['kind', 'name'],
      status: 201,
      response: createdApiKeySchema,
      handle: ({ body }) => apiKeys.create(body),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/admin/keys/:keyId',
      summary: 'Revoke a key; repeats change nothing',
      auth: 'admin',
      params: z.object({ keyId: z.string() }),
      status: 204,
      response: z.void(),
      errors: ['CONFLICT'],
      handle: ({ params }) => apiKeys.revoke(params.keyId),
    }),
  ];
}
