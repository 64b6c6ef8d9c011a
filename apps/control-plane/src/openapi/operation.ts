import type { Auth, Route } from '../http/routing/route';
import { hasFields } from '../http/replies/route-errors';
import type { JsonSchema, JsonSchemas } from './json-schemas';
import type { Problems } from './problems';

const security: Record<Auth, JsonSchema[]> = {
  none: [],
  admin: [{ adminKey: [] }, { portalKey: [], signIn: [] }],
  portal: [
    { portalKey: [], portalUser: [] },
    { portalKey: [], signIn: [] },
  ],
  v1: [{ tenantKey: [] }],
  web: [{ portalKey: [] }],
  person: [{ portalKey: [], signIn: [] }],
  link: [{ portalKey: [], openedLink: [] }],
};

const tags: Record<Auth, string> = {
  none: 'health',
  admin: 'admin',
  portal: 'portal',
  v1: 'v1',
  web: 'web',
  person: 'web',
  link: 'web',
};

/** `/admin/tenants/:tenantId` as `/admin/tenants/{tenantId}`. */
export const pathOf = (route: Route): string => route.path.replaceAll(/:(\w+)/g, '{$1}');

/** One route as an OpenAPI operation. */
export function operationOf(route: Route, schemas: JsonSchemas, problems: Problems): JsonSchema {
  const parameters = [
    ...parametersOf(schemas.input(route.params), 'path'),
    ...parametersOf(schemas.input(route.query), 'query'),
    ...parametersOf(schemas.input(route.headers), 'header'),
    ...(route.auth === 'portal' ? [{ $ref: '#/components/parameters/tenantChoice' }] : []),
  ];
  return {
    operationId: operationIdOf(route),
    tags: [tags[route.auth]],
    summary: route.summary,
    ...(route.scope === null
      ? {}
      : { description: `Needs the scope \`${route.scope}\`.`, 'x-scope': route.scope }),
    security: security[route.auth],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(route, schemas),
    responses: { ...successOf(route, schemas), ...problems.of(route) },
  };
}

/** `GET /v1/messages/:messageId` as `getV1MessagesByMessageId`. */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .replaceAll(':', 'by-')
    .split(/[/.-]/)
    .filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

/** These are no parameters in OpenAPI: they follow from the bodies. */
const bodyHeaders = ['content-type', 'content-length'];

function parametersOf(schema: JsonSchema, place: 'path' | 'query' | 'header'): JsonSchema[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties)
    .filter(([name]) => !(place === 'header' && bodyHeaders.includes(name)))
    .map(([name, own]) => ({
      name,
      in: place,
      ...(place === 'path' || required.includes(name) ? { required: true } : {}),
      schema: own,
    }));
}

function requestBodyOf(route: Route, schemas: JsonSchemas): JsonSchema {
  if (route.takesBytes) {
    return {
      requestBody: { required: true, content: { '*/*': { schema: { type: 'string', format: 'binary' } } } },
    };
  }
  if (!hasFields(route.body)) return {};
  return {
    requestBody: { required: true, content: { 'application/json': { schema: schemas.input(route.body) } } },
  };
}

function successOf(route: Route, schemas: JsonSchemas): JsonSchema {
  const headers = headersOf(route);
  if (route.status === 204) return { 204: { description: 'Done; there is nothing to say.', headers } };
  const bytes = { '*/*': { schema: { type: 'string', format: 'binary' } } };
  if (route.mediaTypes[0] === '*') {
    return {
      [route.status]: { description: 'All of it, in the type it has.', headers, content: bytes },
      ...(route.errors.includes('RANGE_NOT_SATISFIABLE')
        ? { 206: { description: 'The part that was asked for.', headers, content: bytes } }
        : {}),
    };
  }
  const content = Object.fromEntries(
    route.mediaTypes.map((mediaType) => [
      mediaType,
      { schema: mediaType === 'application/json' ? schemas.output(route.response) : { type: 'string' } },
    ]),
  );
  return { [route.status]: { description: route.summary, headers, content } };
}

function headersOf({ scope }: Route): JsonSchema {
  const names = ['x-request-id', ...(scope === null ? [] : ['ratelimit', 'ratelimit-policy'])];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
