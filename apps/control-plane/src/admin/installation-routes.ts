import { type Installation, installationSchema } from '@wafleet/contracts';
import { defineRoute, type Route } from '../http/routing/route';

export interface InstallationRouteServices {
  installation: Installation;
}

export function installationRoutes({ installation }: InstallationRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/admin/installation',
      summary: 'What this installation is set to, without its secrets',
      auth: 'admin',
      response: installationSchema,
      handle: () => installation,
    }),
  ];
}
