import {
  apiKeySchema,
  createdApiKeySchema,
  createdTenantKeySchema,
  fleetKeyKinds,
  keyScopes,
  tenantKeySchema,
} from '@wafleet/contracts';
import { z } from 'zod';
import { howLong } from '../../terminal/moments';
import { table } from '../../terminal/table';
import { tenantArgument } from '../arguments';
import { defineVerb } from '../verb';

const tenant = tenantArgument.optional();
const ofTenant = ['--tenant <tenant>', "a tenant's program's, instead of operators and portals"] as const;

export const listKeysVerb = defineVerb({
  usage: 'keys list',
  summary: 'Keys of operators and portals, or of one tenant; never the keys themselves',
  options: [ofTenant],
  input: z.strictObject({ tenant }),
  json: z.object({ items: z.union([z.array(apiKeySchema), z.array(tenantKeySchema)]) }),
  async run(context, { tenant: called }) {
    const { client, answer } = context.api();
    const { items } =
      called === undefined
        ? await answer(client.GET('/admin/keys'))
        : await answer(
            client.GET('/admin/tenants/{tenantId}/keys', {
              params: { path: { tenantId: (await context.findTenant(called)).id }, query: { limit: 200 } },
            }),
          );
    const rows = items.map((key) => [
      key.id,
      'kind' in key ? key.kind : key.scopes.join(','),
      key.name,
      key.revokedAt === null ? 'valid' : 'revoked',
      key.lastUsedAt === null ? 'never' : `${howLong(key.lastUsedAt)} ago`,
    ]);
    return {
      data: { items },
      text: rows.length === 0 ? 'No keys.' : table(['ID', 'OPENS', 'NAME', 'STATE', 'USED'], rows),
    };
  },
});

export const createKeyVerb = defineVerb({
  usage: 'keys create <opens> <name>',
  summary: `Make a key, shown this once: ${fleetKeyKinds.join(' or ')}, or for a tenant its scopes, as read,send`,
  options: [ofTenant],
  input: z.strictObject({ opens: z.string().max(100), name: z.string().trim().min(1).max(100), tenant }),
  json: z.union([createdApiKeySchema, createdTenantKeySchema]),
  async run(context, { opens, name, tenant: called }) {
    const { client, answer } = context.api();
    const key =
      called === undefined
        ? await answer(client.POST('/admin/keys', { body: { name, kind: fleetKind(opens) } }))
        : await answer(
            client.POST('/admin/tenants/{tenantId}/keys', {
              params: { path: { tenantId: (await context.findTenant(called)).id } },
              body: { name, scopes: z.array(z.enum(keyScopes)).parse(opens.split(',')), addresses: [] },
            }),
          );
    context.remark('It is shown this once; keep it where it belongs.');
    return { data: key, text: key.key };
  },
});

const fleetKind = (text: string) => z.enum(fleetKeyKinds).parse(text.toUpperCase());

export const revokeKeyVerb = defineVerb({
  usage: 'keys revoke <key>',
  summary: 'End a key; repeats change nothing',
  options: [ofTenant],
  input: z.strictObject({ key: z.string().min(1).max(64), tenant }),
  json: z.object({ id: z.string(), isRevoked: z.literal(true) }),
  asks: true,
  async run(context, { key, tenant: called }) {
    const { client, answer } = context.api();
    const owner = called === undefined ? null : await context.findTenant(called);
    await context.confirm({
      does: `revoke ${key}: whoever uses it is refused from now on, for good`,
      keeps: 'its row, so that its uses stay explained',
    });
    await (owner === null
      ? answer(client.DELETE('/admin/keys/{keyId}', { params: { path: { keyId: key } } }))
      : answer(
          client.DELETE('/admin/tenants/{tenantId}/keys/{keyId}', {
            params: { path: { tenantId: owner.id, keyId: key } },
          }),
        ));
    return { data: { id: key, isRevoked: true }, text: `${key} is revoked.` };
  },
});
