import { AppError, emailSchema } from '@wafleet/contracts';
import type { Request } from 'express';
import type { OnboardingLinks } from '../../onboarding/onboarding-links';
import type { SignIn } from '../../sign-in/sign-in';
import type { ApiKeys } from '../../users/api-keys';
import type { Members } from '../../users/members';
import type { AdminCaller, Callers, PortalCaller, V1Caller } from './callers';
import { chooseTenant, createCookieDoor } from './cookie-door';
import { bearerOf, single } from './credentials';
import { createLinkDoor } from './link-door';
import type { Met } from '../exchange';
import type { Auth } from '../routing/route';

/** What authentication needs of the users' domain. */
export interface Credentials {
  apiKeys: Pick<ApiKeys, 'verify'>;
  members: Pick<Members, 'findPerson' | 'findTenant'>;
  signIn: Pick<SignIn, 'config' | 'signedIn'>;
  onboarding: Pick<OnboardingLinks, 'bound'>;
}

/** What of a request says who sends it. */
export interface Asking extends Pick<Request, 'method' | 'headers' | 'ip'> {
  /** Told who it is as soon as that is known, also where they are not let in. */
  met: (who: Met) => void;
}

/** @param met told who it is as soon as that is known, also where they are not let in */
export type Authenticate = (
  auth: Auth,
  request: Omit<Asking, 'met'>,
  met: Asking['met'],
) => Promise<Callers[Auth]>;

/**
 * Who sends a request with these headers.
 * - admin: `Authorization: Bearer <key>`; without it, the cookie of a person with a role in the fleet
 * - v1: `Authorization: Bearer <key>` with a key of the tenant
 * - portal: `x-portal-key`, `x-user-email`, and `x-tenant-id` where the person has several workspaces. The holder of the
 *   key is trusted to have signed the person in. Without an address, the cookie of a person
 * - web: `x-portal-key`
 * - person: the same, and a cookie
 * - link: the same, and the cookie of an opened onboarding link
 * Rejects with AppError UNAUTHORIZED, FORBIDDEN, ORIGIN_NOT_ALLOWED, LINK_ENDED, and for the portal NO_TENANT or TENANT_CHOICE_NEEDED.
 */
export function createAuthenticate({ apiKeys, members, signIn, onboarding }: Credentials): Authenticate {
  const door = createCookieDoor({ apiKeys, members, signIn });
  const link = createLinkDoor({ door, onboarding, signIn });

  const admin = async (request: Asking): Promise<AdminCaller> => {
    const { headers, ip } = request;
    if (headers.authorization === undefined && headers.cookie !== undefined) return door.operator(request);
    const presented = bearerOf(headers);
    const key = await apiKeys.verify('ADMIN', presented);
    if (key === null) {
      throw new AppError('UNAUTHORIZED', { detail: 'Send "Authorization: Bearer" with an admin key.' });
    }
    return {
      actor: { kind: 'admin_key', id: key.id, label: key.name },
      keyId: key.id,
      from: ip ?? null,
      isStillAllowed: async () => (await apiKeys.verify('ADMIN', presented)) !== null,
    };
  };

  const v1 = async ({ headers, ip, met }: Asking): Promise<V1Caller> => {
    const presented = bearerOf(headers);
    const key = await apiKeys.verify('TENANT', presented);
    if (key === null) {
      throw new AppError('UNAUTHORIZED', {
        detail: 'Send "Authorization: Bearer" with a key of your tenant that is neither revoked nor expired.',
      });
    }
    const { id: keyId, ...rest } = key;
    const actor = { kind: 'tenant_key', id: keyId, label: key.name } as const;
    const from = ip ?? null;
    met({ actor, from, tenantId: key.tenantId });
    return {
      ...rest,
      actor,
      keyId,
      from,
      isStillAllowed: async () => (await apiKeys.verify('TENANT', presented)) !== null,
    };
  };

  const portal = async (request: Asking): Promise<PortalCaller> => {
    const { headers } = request;
    const asserted = single(headers['x-user-email']);
    if (asserted === undefined && headers.cookie !== undefined) return door.tenantPerson(request);
    const { keyId, from } = await door.web(request);
    const email = emailSchema.safeParse(asserted);
    if (!email.success) {
      throw new AppError('UNAUTHORIZED', {
        detail: 'Send x-user-email with the address of the signed-in person.',
      });
    }
    const person = await members.findPerson(email.data);
    if (person) request.met({ actor: { kind: 'person', id: person.id, label: person.email }, from });
    if (!person || person.tenants.length === 0) throw new AppError('NO_TENANT');
    const tenant = chooseTenant(person, single(headers['x-tenant-id']));
    const { id, name, tenants } = person;
    const actor = { kind: 'person', id, label: person.email } as const;
    return { actor, keyId, from, email: person.email, name, tenants, tenant, isStillAllowed };

    async function isStillAllowed(): Promise<boolean> {
      if (!(await door.isWeb(headers))) return false;
      const now = await members.findPerson(email.data as string);
      return now?.tenants.some((one) => one.id === tenant.id) ?? false;
    }
  };

  return async (auth, { method, headers, ip }, met) => {
    const request: Asking = { method, headers, ip, met };
    switch (auth) {
      case 'none':
        return null;
      case 'admin':
        return admin(request);
      case 'portal':
        return portal(request);
      case 'v1':
        return v1(request);
      case 'web':
        return door.web(request);
      case 'person':
        return door.person(request);
      case 'link':
        return link(request);
    }
  };
}
