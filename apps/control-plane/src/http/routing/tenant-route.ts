import { AppError, type KeyScope, type TenantId } from '@wafleet/contracts';
import { z } from 'zod';
import type { Actor } from '../../tenants/changes/request-run';
import type { KeyLimits } from '../../users/key-limits';
import type { AdminCaller, PortalCaller, V1Caller } from '../callers/callers';
import { tenantId } from '../input/parameters';
import {
  defineRoute,
  type MediaReply,
  type Nothing,
  type Route,
  type RouteDefinition,
  type RouteInput,
  type StreamReply,
} from './route';

/**
 * The doors by which a route about a tenant is reached. Operators name the tenant in the path; a portal's people and a
 * tenant's programs never do: it is always their own.
 */
export interface Doors {
  /** Below `/admin/tenants/:tenantId`. */
  admin?: true;
  /** Below `/portal/tenant/current`: for all people of the tenant, or for its owners alone. */
  portal?: true | 'OWNER';
  /** Below `/v1`, for keys with this scope. */
  v1?: KeyScope;
}

/** On whose behalf a route about a tenant runs. */
export interface TenantAccess {
  tenantId: TenantId;
  /** Who does it, as the tenant's people read it. */
  by: Actor;
  /** Whether what people wrote is theirs to read without a reveal: it is not an operator's who is signed in. */
  readsTexts: boolean;
  /** Of the key that does it; null where a person does. */
  keyLimits: KeyLimits | null;
  /** Asked again by what outlives one request. */
  isStillAllowed: () => Promise<boolean>;
}

/** A route about a tenant, declared once, whoever calls it. */
export interface TenantRoute extends Omit<Route, 'path' | 'auth' | 'scope' | 'params' | 'handle'> {
  /** Below the tenant. */
  path: '' | `/${string}`;
  at: Doors;
  params: z.ZodObject;
  /** Its own queries don't tell an unknown tenant from one that has nothing, so it is asked for first. */
  isSilentOnUnknown: boolean;
  handle(input: TenantRouteInput<unknown, unknown, unknown, unknown>): unknown;
}

type TenantRouteInput<Params, Query, Headers, Body> = Omit<
  RouteInput<Params, Query, Headers, Body, 'none'>,
  'caller'
> &
  TenantAccess;

type TenantRouteDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
> = Omit<RouteDefinition<'none', Params, Query, Headers, Body, Response>, 'path' | 'auth' | 'handle'> & {
  path: TenantRoute['path'];
  at: Doors;
  isSilentOnUnknown?: boolean;
  handle(
    input: TenantRouteInput<z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>>,
  ): z.input<Response> | MediaReply | StreamReply | Promise<z.input<Response> | MediaReply | StreamReply>;
};

/** A row with the types of its own schemas, as defineRoute makes them. */
export function defineTenantRoute<
  Response extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodType = Nothing,
  Headers extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(definition: TenantRouteDefinition<Params, Query, Headers, Body, Response>): TenantRoute {
  const { at, path, isSilentOnUnknown = false, params = z.object({}), handle, ...rest } = definition;
  const {
    auth: _auth,
    scope: _scope,
    ...row
  } = defineRoute({
    ...rest,
    path: '/',
    auth: 'none',
    handle: () => undefined as never,
  });
  return { ...row, at, path, params, isSilentOnUnknown, handle: handle };
}

/**
 * The rows as routes, by every door that they name.
 * @param mustExist rejects with AppError NOT_FOUND
 */
export function mountTenantRoutes(
  rows: readonly TenantRoute[],
  mustExist: (tenantId: TenantId) => Promise<void>,
): { admin: Route[]; portal: Route[]; v1: Route[] } {
  return {
    admin: rows.filter(({ at }) => at.admin).map((row) => forOperators(row, mustExist)),
    portal: rows.filter(({ at }) => at.portal).map(forPortal),
    v1: rows.flatMap((row) => (row.at.v1 === undefined ? [] : [forPrograms(row, row.at.v1)])),
  };
}

/** How a tenant's people read who did something through the admin API: its callers are not theirs to know by name. */
export const operator: Actor = 'operator';

function forOperators(row: TenantRoute, mustExist: (tenantId: TenantId) => Promise<void>): Route {
  return {
    ...row,
    path: `/admin/tenants/:tenantId${row.path}`,
    auth: 'admin',
    scope: null,
    params: row.params.extend({ tenantId }),
    handle: async (input) => {
      const { caller, params, ...rest } = input as RouteInput<
        { tenantId: TenantId },
        unknown,
        unknown,
        unknown,
        'admin'
      >;
      if (row.isSilentOnUnknown) await mustExist(params.tenantId);
      const { actor, isStillAllowed }: AdminCaller = caller;
      return row.handle({
        ...rest,
        params,
        tenantId: params.tenantId,
        by: operator,
        readsTexts: actor.kind !== 'person',
        keyLimits: null,
        isStillAllowed,
      });
    },
  };
}

function forPortal(row: TenantRoute): Route {
  return {
    ...row,
    path: `/portal/tenant/current${row.path}`,
    auth: 'portal',
    scope: null,
    handle: ({ caller, ...rest }) => {
      const { tenant, email, isStillAllowed } = caller as PortalCaller;
      if (row.at.portal === 'OWNER' && tenant.role === 'STAFF') {
        throw new AppError('FORBIDDEN', { detail: 'Only an owner of the workspace may do this.' });
      }
      return row.handle({
        ...rest,
        tenantId: tenant.id,
        by: email,
        readsTexts: true,
        keyLimits: null,
        isStillAllowed,
      });
    },
  };
}

function forPrograms(row: TenantRoute, scope: KeyScope): Route {
  return {
    ...row,
    path: `/v1${row.path}`,
    auth: 'v1',
    scope,
    handle: ({ caller, ...rest }) => {
      const { tenantId, name, limits, isStillAllowed } = caller as V1Caller;
      const by = `key ${name}`;
      return row.handle({ ...rest, tenantId, by, readsTexts: true, keyLimits: limits, isStillAllowed });
    },
  };
}
