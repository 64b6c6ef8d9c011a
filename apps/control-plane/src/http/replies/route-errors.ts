import type { ErrorCode } from '@wafleet/contracts';
import { z } from 'zod';
import type { Auth, Route } from '../routing/route';

const ofCallers: Record<Auth, readonly ErrorCode[]> = {
  none: [],
  admin: ['UNAUTHORIZED', 'FORBIDDEN'],
  portal: ['UNAUTHORIZED', 'FORBIDDEN', 'NO_TENANT', 'TENANT_CHOICE_NEEDED'],
  v1: ['UNAUTHORIZED', 'ADDRESS_NOT_ALLOWED', 'RATE_LIMITED', 'SCOPE_MISSING'],
  web: ['UNAUTHORIZED'],
  person: ['UNAUTHORIZED'],
  link: ['UNAUTHORIZED', 'LINK_ENDED'],
};
/** Those that a sign-in cookie opens. */
const byCookie: readonly Auth[] = ['admin', 'portal', 'person', 'link'];

/** Every code that this route may answer with: its own, and those that follow from what it takes and gives. */
export function errorsOf(route: Route): ErrorCode[] {
  const { auth, errors, method, mediaTypes, onStandby, params, takesBytes } = route;
  const readsJson = method !== 'GET' && !takesBytes;
  return [
    ...new Set<ErrorCode>([
      ...errors,
      ...ofCallers[auth],
      ...(byCookie.includes(auth) && method !== 'GET' ? (['ORIGIN_NOT_ALLOWED'] as const) : []),
      'INVALID_INPUT',
      ...(readsJson ? (['MALFORMED_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
      ...(takesBytes ? (['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
      ...(mediaTypes[0] === '*' ? [] : (['NOT_ACCEPTABLE'] as const)),
      ...(hasFields(params) ? (['NOT_FOUND'] as const) : []),
      ...(onStandby ? [] : (['STANDBY', 'UNAVAILABLE'] as const)),
      'INTERNAL',
    ]),
  ];
}

/** Whether this part of a request may hold anything. */
export function hasFields(schema: z.ZodType): boolean {
  return !(schema instanceof z.ZodObject) || Object.keys(schema.shape).length > 0;
}
