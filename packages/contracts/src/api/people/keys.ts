import { z } from 'zod';
import { keyScopes } from '../../states';

const instant = z.iso.datetime();

const keyName = z.string().trim().min(1).max(100);

/** Keys that are not a tenant's: of operators, and of portals. */
export const fleetKeyKinds = ['ADMIN', 'PORTAL'] as const;

export const createApiKeySchema = z
  .strictObject({ kind: z.enum(fleetKeyKinds), name: keyName })
  .meta({ id: 'CreateFleetKey' });

export const apiKeySchema = z
  .object({
    id: z.string(),
    kind: z.enum(fleetKeyKinds),
    name: z.string(),
    createdAt: instant,
    /** Exact to a minute. */
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'FleetKey' });

/** The only answer that ever holds the key itself. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() }).meta({ id: 'CreatedFleetKey' });

/** One address, or a range of them: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. */
const addressRangeSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'must be an address or a range, such as 203.0.113.0/24 or 2001:db8::/32',
});

/** A key of a tenant's program. */
export const createTenantKeySchema = z
  .strictObject({
    name: keyName,
    /** What it opens, and nothing else: no scope holds another. */
    scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
    /** From then on it opens nothing; absent or null: never. */
    expiresAt: z.iso.datetime({ offset: true }).nullish(),
    /** Where it may be used from; absent or empty: from anywhere. */
    addresses: z.array(addressRangeSchema).max(20).default([]),
  })
  .meta({ id: 'CreateTenantKey' });

export const tenantKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(keyScopes)),
    addresses: z.array(z.string()),
    createdAt: instant,
    expiresAt: instant.nullable(),
    /** Exact to a minute. */
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'TenantKey' });

/** The only answer that ever holds the key itself. */
export const createdTenantKeySchema = tenantKeySchema
  .extend({ key: z.string() })
  .meta({ id: 'CreatedTenantKey' });

export const listTenantKeysQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export type CreateApiKey = z.infer<typeof createApiKeySchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
export type CreateTenantKey = z.infer<typeof createTenantKeySchema>;
export type TenantKey = z.infer<typeof tenantKeySchema>;
export type CreatedTenantKey = z.infer<typeof createdTenantKeySchema>;
export type ListTenantKeysQuery = z.infer<typeof listTenantKeysQuerySchema>;
