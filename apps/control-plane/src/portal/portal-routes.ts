import { meSchema } from '@wafleet/contracts';
import { defineRoute, type Route } from '../http/routing/route';

/** What only the portal has; no path of it names a tenant. What is about a workspace is in `tenant-api`. */
export function portalRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/portal/me',
      summary: 'The signed-in person and their workspaces',
      auth: 'portal',
      response: meSchema,
      handle: ({ caller: { email, name, tenant, tenants: all } }) => ({
        email,
        name,
        tenant: { id: tenant.id, name: tenant.name },
        role: tenant.role,
        tenants: all,
      }),
    }),
  ];
}
