import { z } from 'zod';
import { portalRoles } from '../states';

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
export const memberSchema = z
  .object({
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(portalRoles),
  })
  .meta({ id: 'Member' });

export type PutMember = z.infer<typeof putMemberSchema>;
export type Member = z.infer<typeof memberSchema>;
