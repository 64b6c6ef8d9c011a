import {
  acceptedInvitationSchema,
  acceptInvitationSchema,
  invitationLookSchema,
  lookAtInvitationSchema,
} from '@wafleet/contracts';
import { defineRoute, type Route } from '../http/routing/route';
import type { Invitations } from '../people/invitations';
import { guessAt, type Tries } from '../sign-in/tries';

export interface InvitationRouteServices {
  invitations: Pick<Invitations, 'look' | 'accept'>;
}

/** For who has a link and no way to sign in yet. */
export function invitationRoutes({ invitations }: InvitationRouteServices, tries: Tries): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/invitations/look',
      summary: 'Whom an invitation is for; uses nothing up',
      auth: 'web',
      body: lookAtInvitationSchema,
      response: invitationLookSchema,
      errors: ['NOT_FOUND', 'LINK_ENDED', 'TOO_MANY_TRIES'],
      handle: ({ caller, body }) => guessAt(tries, caller.from, () => invitations.look(body.token)),
    }),
    defineRoute({
      method: 'POST',
      path: '/invitations/accept',
      summary: 'Set name and password by an invitation; the person then signs in',
      auth: 'web',
      body: acceptInvitationSchema,
      response: acceptedInvitationSchema,
      errors: ['NOT_FOUND', 'LINK_ENDED', 'TOO_MANY_TRIES'],
      handle: ({ caller, body, attribute }) =>
        guessAt(tries, caller.from, async () => {
          const { userId, email } = await invitations.accept(body);
          attribute({ kind: 'person', id: userId, label: email });
          return { email };
        }),
    }),
  ];
}
