import {
  changeUserSchema,
  invitedUserSchema,
  inviteUserSchema,
  listUsersQuerySchema,
  pageOf,
  userSchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { ofUser } from '../../http/input/parameters';
import { defineRoute, type Route } from '../../http/routing/route';
import type { UserService } from '../../people/user-service';

export interface UserRouteServices {
  users: UserService;
}

export function userRoutes({ users }: UserRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/users',
      summary: 'The people of the fleet and of all tenants, newest first',
      auth: 'admin',
      query: listUsersQuerySchema,
      response: pageOf(userSchema),
      handle: ({ query }) => users.list(query),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/users',
      summary: 'Let a person in, or give them a new link to set a password; it is shown this once',
      auth: 'admin',
      body: inviteUserSchema,
      audited: ['email', 'fleetRole', 'tenantId', 'tenantRole'],
      status: 201,
      response: invitedUserSchema,
      errors: ['TENANT_ERASING'],
      handle: ({ body }) => users.invite(body),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/admin/users/:userId',
      summary: "Change a person's name or role in the fleet, or disable them, which signs them out",
      auth: 'admin',
      params: ofUser,
      body: changeUserSchema,
      audited: ['fleetRole', 'disabled'],
      response: userSchema,
      errors: ['CONFLICT'],
      handle: ({ params, body }) => users.change(params.userId, body),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/admin/users/:userId',
      summary: 'Remove a person with every role and way to sign in',
      auth: 'admin',
      params: ofUser,
      status: 204,
      response: z.void(),
      errors: ['CONFLICT'],
      handle: ({ params }) => users.remove(params.userId),
    }),
    defineRoute({
      method: 'POST',
      path: '/admin/users/:userId/sign-out',
      summary: 'Sign a person out in every browser',
      auth: 'admin',
      params: ofUser,
      status: 204,
      response: z.void(),
      handle: ({ params }) => users.signOut(params.userId),
    }),
  ];
}
