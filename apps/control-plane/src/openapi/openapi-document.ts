import { setImmediate as nextTurn } from 'node:timers/promises';
import { webhookPayloadSchema } from '@wafleet/contracts';
import type { Route } from '../http/routing/route';
import { createJsonSchemas, type JsonSchema } from './json-schemas';
import { operationOf, pathOf } from './operation';
import { createProblems } from './problems';

interface OpenApiDocument extends JsonSchema {
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<string, Record<string, JsonSchema>>;
}

/** Of making the document; then others have their turn. */
const turnMs = 5;

/**
 * What these routes take and answer, as OpenAPI 3.1: made of the same rows and schemas that serve them. Takes some
 * hundred milliseconds of work, in small turns.
 */
export async function openApiDocument(routes: readonly Route[]): Promise<OpenApiDocument> {
  const schemas = createJsonSchemas();
  const problems = createProblems(schemas);
  const paths: OpenApiDocument['paths'] = {};
  let turnSince = performance.now();
  for (const route of routes) {
    if (performance.now() - turnSince > turnMs) {
      await nextTurn();
      turnSince = performance.now();
    }
    const path = (paths[pathOf(route)] ??= {});
    path[route.method.toLowerCase()] = operationOf(route, schemas, problems);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Wafleet', version: '1', description: 'WhatsApp for many tenants.' },
    servers: [{ url: '/' }],
    tags: [
      { name: 'v1', description: "For a tenant's own programs: what they see is always their own tenant." },
      { name: 'admin', description: 'For operators, of all tenants.' },
      { name: 'portal', description: 'For another portal, on behalf of its signed-in people.' },
      { name: 'web', description: 'For the web app, on behalf of who uses it.' },
      { name: 'health' },
    ],
    paths,
    webhooks: {
      event: {
        post: {
          operationId: 'webhookEvent',
          tags: ['v1'],
          summary: "What a tenant's webhook receives, signed as Standard Webhooks says",
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemas.output(webhookPayloadSchema) } },
          },
          responses: { '2XX': { description: 'It was taken.' } },
        },
      },
    },
    components: {
      schemas: sortedByName(schemas.named),
      responses: sortedByName(problems.named),
      parameters: {
        tenantChoice: {
          name: 'x-tenant-id',
          in: 'header',
          description: 'The workspace that is meant, where the person has several.',
          schema: { type: 'string' },
        },
      },
      headers: {
        'x-request-id': { description: 'Names this request in the log.', schema: { type: 'string' } },
        ratelimit: { description: 'What is left of the pace of this key.', schema: { type: 'string' } },
        'ratelimit-policy': { description: 'The pace of this key.', schema: { type: 'string' } },
      },
      securitySchemes: {
        tenantKey: { type: 'http', scheme: 'bearer', description: 'A key of the tenant.' },
        adminKey: { type: 'http', scheme: 'bearer', description: "An operator's key." },
        portalKey: { type: 'apiKey', in: 'header', name: 'x-portal-key' },
        portalUser: {
          type: 'apiKey',
          in: 'header',
          name: 'x-user-email',
          description: 'The address of the signed-in person.',
        },
        openedLink: {
          type: 'apiKey',
          in: 'cookie',
          name: 'wafleet_link',
          description: 'The cookie of a browser in which an onboarding link was opened.',
        },
        signIn: {
          type: 'apiKey',
          in: 'cookie',
          name: 'wafleet.session_token',
          description:
            'The cookie of a signed-in person; `__Secure-wafleet.session_token` where PUBLIC_URL is https.',
        },
      },
    },
  };
}

function sortedByName(named: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(named).sort(([one], [other]) => (one < other ? -1 : 1)));
}
