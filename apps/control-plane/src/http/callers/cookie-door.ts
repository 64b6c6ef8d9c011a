import type { IncomingHttpHeaders } from 'node:http';
import { AppError, isTenantId } from '@wafleet/contracts';
import type { SignedIn, SignIn } from '../../sign-in/sign-in';
import type { ApiKeys } from '../../users/api-keys';
import type { Members, Person } from '../../users/members';
import type { Asking } from './authenticate';
import type { AdminCaller, PersonCaller, PortalCaller, WebCaller } from './callers';
import { changes, forwardedFor, single } from './credentials';

/**
 * The door of our own web app: its key says that the call comes through it, the cookie says whose it is. What changes something
 * also says from which page it comes, because browsers send cookies along for pages of others.
 */
export interface CookieDoor {
  /** @throws AppError UNAUTHORIZED */
  web(request: Asking): Promise<WebCaller>;
  isWeb(headers: IncomingHttpHeaders): Promise<boolean>;
  /** @throws AppError UNAUTHORIZED, ORIGIN_NOT_ALLOWED */
  person(request: Asking): Promise<PersonCaller>;
  /** @throws AppError UNAUTHORIZED, ORIGIN_NOT_ALLOWED, FORBIDDEN */
  operator(request: Asking): Promise<AdminCaller>;
  /** @throws AppError UNAUTHORIZED, ORIGIN_NOT_ALLOWED, NO_TENANT, FORBIDDEN, TENANT_CHOICE_NEEDED */
  tenantPerson(request: Asking): Promise<PortalCaller>;
}

export function createCookieDoor(deps: {
  apiKeys: Pick<ApiKeys, 'verify'>;
  members: Pick<Members, 'findTenant'>;
  signIn: Pick<SignIn, 'config' | 'signedIn'>;
}): CookieDoor {
  const { apiKeys, members, signIn } = deps;

  const portalKey = async (headers: IncomingHttpHeaders) => {
    const presented = single(headers['x-portal-key']);
    return presented === undefined ? null : apiKeys.verify('PORTAL', presented);
  };
  const isWeb: CookieDoor['isWeb'] = async (headers) => (await portalKey(headers)) !== null;

  const web: CookieDoor['web'] = async ({ headers, ip }) => {
    const key = await portalKey(headers);
    if (key === null) throw new AppError('UNAUTHORIZED', { detail: 'Send x-portal-key with a portal key.' });
    return { actor: null, keyId: key.id, from: forwardedFor(headers) ?? ip ?? null };
  };

  const person: CookieDoor['person'] = async (request) => {
    const { keyId, from } = await web(request);
    const found = await signIn.signedIn(request.headers.cookie);
    if (found === null) throw new AppError('UNAUTHORIZED', { detail: 'Sign in.' });
    const { id, email } = found.person;
    const actor = { kind: 'person', id, label: email } as const;
    request.met({ actor, from });
    if (changes(request.method)) requireOrigin(signIn.config, request.headers);
    return { ...found, actor, keyId, from };
  };

  /** Whether what held when the request was let in still does. */
  const still =
    ({ headers }: Asking, holds: (now: SignedIn) => boolean) =>
    async (): Promise<boolean> => {
      if (!(await isWeb(headers))) return false;
      const now = await signIn.signedIn(headers.cookie);
      return now !== null && holds(now);
    };

  /** The workspace of others that somebody of the fleet asks for; null where it is none, or theirs. */
  const lookedAt = async (who: Person, asked: string | undefined): Promise<PortalCaller['tenant'] | null> => {
    if (who.fleetRole === null || asked === undefined || who.tenants.some(({ id }) => id === asked))
      return null;
    const found = isTenantId(asked) ? await members.findTenant(asked) : null;
    return found === null ? null : { ...found, role: null };
  };

  return {
    web,
    isWeb,
    person,

    async operator(request) {
      const { actor, keyId, from, person: who } = await person(request);
      if (who.fleetRole === null) throw new AppError('FORBIDDEN');
      if (!mayInFleet(who, request.method)) {
        throw new AppError('FORBIDDEN', { detail: 'A VIEWER reads; an ADMIN acts.' });
      }
      const isStillAllowed = still(request, (now) => mayInFleet(now.person, request.method));
      return { actor, keyId, from, isStillAllowed };
    },

    async tenantPerson(request) {
      const { actor, keyId, from, person: who } = await person(request);
      const asked = single(request.headers['x-tenant-id']);
      const looks = await lookedAt(who, asked);
      if (looks !== null && changes(request.method)) {
        throw new AppError('FORBIDDEN', {
          detail: 'Who looks at a workspace of others changes nothing in it.',
        });
      }
      if (looks === null && who.tenants.length === 0) throw new AppError('NO_TENANT');
      const tenant = looks ?? chooseTenant(who, asked);
      const { email, name, tenants } = who;
      const isStillAllowed = still(request, ({ person: now }) =>
        looks === null ? now.tenants.some(({ id }) => id === tenant.id) : now.fleetRole !== null,
      );
      return { actor, keyId, from, email, name, tenants, tenant, isStillAllowed };
    },
  };
}

function mayInFleet({ fleetRole }: Person, method: string): boolean {
  return fleetRole === 'ADMIN' || (fleetRole === 'VIEWER' && !changes(method));
}

/** @throws AppError ORIGIN_NOT_ALLOWED */
export function requireOrigin({ origins }: SignIn['config'], headers: IncomingHttpHeaders): void {
  const origin = single(headers.origin);
  if (origin !== undefined && origins.includes(origin)) return;
  const detail =
    origin === undefined ? 'The request has no header origin.' : 'The header origin names another site.';
  throw new AppError('ORIGIN_NOT_ALLOWED', { detail });
}

/** A workspace that is not the person's is refused in the same words whether it exists or not. */
export function chooseTenant(person: Person, asked: string | undefined): Person['tenants'][number] {
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
