import type { ServerResponse } from 'node:http';
import type { ErrorCode, KeyScope } from '@wafleet/contracts';
import { z } from 'zod';
import type { Deed } from '../../audit/audit-log';
import type { Callers } from '../callers/callers';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Auth = keyof Callers;

/** For parts of a request that may hold nothing. */
const nothing = z.strictObject({});
export type Nothing = typeof nothing;

/**
 * One row of the API: all that the server, a test that walks over every route, and a document about them need.
 * The handler runs only after the caller is authenticated and every part of the request fits its schema.
 */
export interface Route {
  method: Method;
  /** In express's notation: `/admin/tenants/:tenantId`. */
  path: `/${string}`;
  summary: string;
  auth: Auth;
  /** What a tenant's key must have for it; null where no such key opens it. */
  scope: KeyScope | null;
  params: z.ZodType;
  query: z.ZodType;
  headers: z.ZodType;
  body: z.ZodType;
  /** The body is any bytes, read by the handler from `bytes`, instead of JSON. */
  takesBytes: boolean;
  status: 200 | 201 | 202 | 204;
  response: z.ZodType;
  /** Media types of the answer, the default first. `*` for what is stored, in the type it has. */
  mediaTypes: readonly [string, ...string[]];
  /** Failures of this route beside those that every route can have. */
  errors: readonly ErrorCode[];
  /** Fields of the body that the audit log keeps as they are; nothing secret, and nothing that people wrote. */
  audited: readonly string[];
  /** Shows what people wrote or sent: an operator who reads it is in the audit log, as one who changes something. */
  reveals: boolean;
  /** Served by a control plane that stands by, too. */
  onStandby: boolean;
  handle(input: RouteInput<unknown, unknown, unknown, unknown, Auth>): unknown;
}

export interface RouteInput<Params, Query, Headers, Body, A extends Auth> {
  params: Params;
  query: Query;
  headers: Headers;
  body: Body;
  /** The body as it comes, where the route takes bytes. */
  bytes: AsyncIterable<Uint8Array>;
  caller: Callers[A];
  /** The one of `mediaTypes` that the caller likes best. */
  mediaType: string;
  attribute: Attribute;
}

/** Says who it is that does this, where only the handler finds it out, and to which tenant. */
export type Attribute = (actor: Deed['actor'], tenantId?: string) => void;

/** An answer that is not JSON. */
export class MediaReply {
  constructor(
    readonly mediaType: string,
    readonly content: string | Buffer,
    /** In place of those that every answer has. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

/** An answer that goes on after the handler has returned; the owner of the stream writes head and body, and ends it. */
export class StreamReply {
  /** @param discard lets go of what is held for it, where nothing is sent after all */
  constructor(
    readonly open: (response: ServerResponse) => void,
    readonly discard: () => void = () => undefined,
  ) {}
}

export interface RouteDefinition<
  A extends Auth,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Headers extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
> {
  method: Method;
  path: `/${string}`;
  summary: string;
  auth: A;
  params?: Params;
  query?: Query;
  headers?: Headers;
  body?: Body;
  takesBytes?: boolean;
  status?: Route['status'];
  response: Response;
  mediaTypes?: Route['mediaTypes'];
  errors?: Route['errors'];
  audited?: Route['audited'];
  reveals?: boolean;
  onStandby?: boolean;
  handle(
    input: RouteInput<z.output<Params>, z.output<Query>, z.output<Headers>, z.output<Body>, A>,
  ): z.input<Response> | MediaReply | StreamReply | Promise<z.input<Response> | MediaReply | StreamReply>;
}

/** A route with the types of its own schemas: a handler that answers another shape does not compile. */
export function defineRoute<
  A extends Auth,
  Response extends z.ZodType,
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Headers extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
>(definition: RouteDefinition<A, Params, Query, Headers, Body, Response>): Route {
  return {
    params: nothing,
    query: nothing,
    headers: z.object({}),
    body: nothing,
    scope: null,
    takesBytes: false,
    status: 200,
    mediaTypes: ['application/json'],
    errors: [],
    audited: [],
    reveals: false,
    onStandby: false,
    ...definition,
  };
}
