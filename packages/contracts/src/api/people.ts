import { z } from 'zod';
import { portalRoles } from '../states';

const instant = z.iso.datetime();

/** Compared without regard to case; kept in lower case. */
export const emailSchema = z
  .string()
  .trim()
  .max(254)
  .transform((value) => value.toLowerCase())
  .pipe(z.email());

export const putMemberSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  role: z.enum(portalRoles),
});

/** A person who may use the portal of one tenant. */
export const memberSchema = z.object({
  email: z.string(),
  name: z.string().nullable(),
  role: z.enum(portalRoles),
});

export const apiKeyKinds = ['ADMIN', 'PORTAL'] as const;

export const createApiKeySchema = z.strictObject({
  kind: z.enum(apiKeyKinds),
  name: z.string().trim().min(1).max(100),
});

export const apiKeySchema = z.object({
  id: z.string(),
  kind: z.enum(apiKeyKinds),
  name: z.string(),
  createdAt: instant,
  /** Exact to a minute. */
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
});

/** The only answer that ever holds the key itself. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() });

export type ApiKeyKind = (typeof apiKeyKinds)[number];
export type PutMember = z.infer<typeof putMemberSchema>;
export type Member = z.infer<typeof memberSchema>;
export type CreateApiKey = z.infer<typeof createApiKeySchema>;
export type ApiKey = z.infer<typeof apiKeySchema>;
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>;
