import { emailSchema, memberSchema, pageOf, putMemberSchema } from '@wafleet/contracts';
import { z } from 'zod';
import { ofTenant } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';
import type { Members } from '../../users/members';

export interface MemberRouteServices {
  members: Pick<Members, 'list' | 'put' | 'remove'>;
}

const ofMember = ofTenant.extend({ email: emailSchema });

export function memberRoutes({ members }: MemberRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/tenants/:tenantId/users',
      summary: 'Who may use the portal for this tenant',
      auth: 'admin',
      params: ofTenant,
      response: pageOf(memberSchema),
      handle: async ({ params }) => ({ items: await members.list(params.tenantId), nextCursor: null }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/admin/tenants/:tenantId/users/:email',
      summary: 'Give a person a role in the portal for this tenant',
      auth: 'admin',
      params: ofMember,
      body: putMemberSchema,
      audited: ['role'],
      response: memberSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ params, body }) => members.put(params.tenantId, params.email, body),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/admin/tenants/:tenantId/users/:email',
      summary: "Take a person's access to this tenant; repeats change nothing",
      auth: 'admin',
      params: ofMember,
      status: 204,
      response: z.void(),
      handle: ({ params }) => members.remove(params.tenantId, params.email),
    }),
  ];
}
