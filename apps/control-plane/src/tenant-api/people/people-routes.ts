import {
  changePersonSchema,
  invitedPersonSchema,
  invitePersonSchema,
  pageOf,
  tenantPersonSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofUser } from '../../http/input/parameters';
import { defineTenantRoute, type TenantRoute } from '../../http/routing/tenant-route';
import type { TenantPeople } from '../../people/tenant-people';

export interface PeopleRouteServices {
  people: TenantPeople;
}

export function peopleRoutes({ people }: PeopleRouteServices): TenantRoute[] {
  return [
    defineTenantRoute({
      method: 'GET',
      path: '/people',
      at: { portal: true },
      summary: 'The people of the workspace, in the order of their addresses',
      response: pageOf(tenantPersonSchema),
      handle: async ({ tenantId }) => ({ items: await people.list(tenantId), nextCursor: null }),
    }),
    defineTenantRoute({
      method: 'POST',
      path: '/people',
      at: { portal: 'OWNER' },
      summary: 'Let a person in; who has no way to sign in yet gets a link, shown this once or sent',
      body: invitePersonSchema,
      audited: ['email', 'role'],
      status: 201,
      response: invitedPersonSchema,
      errors: ['TENANT_ERASING', 'TOO_MANY', 'CONFLICT'],
      handle: ({ tenantId, body }) => people.invite(tenantId, body),
    }),
    defineTenantRoute({
      method: 'PATCH',
      path: '/people/:userId',
      at: { portal: 'OWNER' },
      summary: "Change a person's role in the workspace",
      params: ofUser,
      body: changePersonSchema,
      audited: ['role'],
      response: tenantPersonSchema,
      errors: ['CONFLICT'],
      handle: ({ tenantId, params, body }) => people.change(tenantId, params.userId, body.role),
    }),
    defineTenantRoute({
      method: 'DELETE',
      path: '/people/:userId',
      at: { portal: 'OWNER' },
      summary: "Take a person's access to the workspace",
      params: ofUser,
      status: 204,
      response: z.void(),
      errors: ['CONFLICT'],
      handle: ({ tenantId, params }) => people.remove(tenantId, params.userId),
    }),
  ];
}
