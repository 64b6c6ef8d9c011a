import { signedInPersonSchema, signInWaysSchema } from '@wafleet/contracts';
import { defineRoute, type Route } from '../http/routing/route';
import type { SignIn } from '../sign-in/sign-in';

export interface PersonRouteServices {
  signIn: Pick<SignIn, 'config'>;
}

/** What the web app needs to know of who uses it. */
export function personRoutes({ signIn: { config } }: PersonRouteServices): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/me',
      summary: 'The signed-in person, with their role in the fleet and their workspaces',
      auth: 'person',
      response: signedInPersonSchema,
      handle: ({ caller: { person } }) => person,
    }),
    defineRoute({
      method: 'GET',
      path: '/sign-in/ways',
      summary: 'In which ways people sign in, beside by password',
      auth: 'web',
      response: signInWaysSchema,
      handle: () => ({ openId: config.openId && { name: config.openId.name } }),
    }),
  ];
}
