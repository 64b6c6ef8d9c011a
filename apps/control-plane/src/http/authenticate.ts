import type { IncomingHttpHeaders } from 'node:http';
import { AppError, emailSchema } from '@wafleet/contracts';
import type { ApiKeys } from '../users/api-keys';
import type { Members, Person } from '../users/members';
import type { AdminCaller, Callers, PortalCaller, V1Caller } from './callers';
import type { Auth } from './route';

/** What authentication needs of the users' domain. */
export interface Credentials {
  apiKeys: Pick<ApiKeys, 'verify'>;
  members: Pick<Members, 'findPerson'>;
}

export type Authenticate = (auth: Auth, headers: IncomingHttpHeaders) => Promise<Callers[Auth]>;

/**
 * Who sends a request with these headers.
 * - admin: `Authorization: Bearer <key>`
 * - v1: `Authorization: Bearer <key>` with a key of the tenant
 * - portal: `x-portal-key`, `x-user-email`, and `x-tenant-id` where the person has several workspaces. The holder of the
 *   key is trusted to have signed the person in.
 * Rejects with AppError UNAUTHORIZED, and for a portal's person NO_TENANT, FORBIDDEN or TENANT_CHOICE_NEEDED.
 */
export function createAuthenticate({ apiKeys, members }: Credentials): Authenticate {
  const admin = async (headers: IncomingHttpHeaders): Promise<AdminCaller> => {
    const presented = bearerOf(headers);
    const key = await apiKeys.verify('ADMIN', presented);
    if (key === null) {
      throw new AppError('UNAUTHORIZED', { detail: 'Send "Authorization: Bearer" with an admin key.' });
    }
    return {
      keyId: key.id,
      isStillAllowed: async () => (await apiKeys.verify('ADMIN', presented)) !== null,
    };
  };

  const v1 = async (headers: IncomingHttpHeaders): Promise<V1Caller> => {
    const presented = bearerOf(headers);
    const key = await apiKeys.verify('TENANT', presented);
    if (key === null) {
      throw new AppError('UNAUTHORIZED', {
        detail: 'Send "Authorization: Bearer" with a key of your tenant that is neither revoked nor expired.',
      });
    }
    const { id: keyId, ...rest } = key;
    return {
      ...rest,
      keyId,
      isStillAllowed: async () => (await apiKeys.verify('TENANT', presented)) !== null,
    };
  };

  const portal = async (headers: IncomingHttpHeaders): Promise<PortalCaller> => {
    const presented = single(headers['x-portal-key']);
    const key = presented === undefined ? null : await apiKeys.verify('PORTAL', presented);
    if (key === null) throw new AppError('UNAUTHORIZED', { detail: 'Send x-portal-key with a portal key.' });
    const email = emailSchema.safeParse(single(headers['x-user-email']));
    if (!email.success) {
      throw new AppError('UNAUTHORIZED', {
        detail: 'Send x-user-email with the address of the signed-in person.',
      });
    }
    const person = await members.findPerson(email.data);
    if (!person || person.tenants.length === 0) throw new AppError('NO_TENANT');
    const tenant = chooseTenant(person, single(headers['x-tenant-id']));
    return { keyId: key.id, ...person, tenant, isStillAllowed };

    async function isStillAllowed(): Promise<boolean> {
      if (presented === undefined || (await apiKeys.verify('PORTAL', presented)) === null) return false;
      const now = await members.findPerson(email.data as string);
      return now?.tenants.some(({ id }) => id === tenant.id) ?? false;
    }
  };

  return async (auth, headers) => {
    switch (auth) {
      case 'none':
        return null;
      case 'admin':
        return admin(headers);
      case 'portal':
        return portal(headers);
      case 'v1':
        return v1(headers);
    }
  };
}

/** A workspace that is not the person's is refused in the same words whether it exists or not. */
function chooseTenant(person: Person, asked: string | undefined): PortalCaller['tenant'] {
  if (asked !== undefined) {
    const tenant = person.tenants.find((candidate) => candidate.id === asked);
    if (!tenant) throw new AppError('FORBIDDEN', { detail: 'The workspace in x-tenant-id is not yours.' });
    return tenant;
  }
  const [only, ...others] = person.tenants;
  if (!only) throw new AppError('NO_TENANT');
  if (others.length > 0) throw new AppError('TENANT_CHOICE_NEEDED', { extra: { tenants: person.tenants } });
  return only;
}

/** '' where there is none, or none that could be a key. */
function bearerOf({ authorization = '' }: IncomingHttpHeaders): string {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1] ?? '';
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? undefined : header;
}
