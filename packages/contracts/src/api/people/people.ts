import { z } from 'zod';
import { fleetRoles, portalRoles } from '../../states';

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

/** The person who is signed in. */
export const signedInPersonSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    /** Null: none of the people who run the fleet. */
    fleetRole: z.enum(fleetRoles).nullable(),
    tenants: z.array(z.object({ id: z.string(), name: z.string(), role: z.enum(portalRoles) })),
  })
  .meta({ id: 'SignedInPerson' });

/** In which ways people sign in. */
export const signInWaysSchema = z
  .object({
    /** The name of the OpenID provider; null where there is none. */
    openId: z.object({ name: z.string() }).nullable(),
  })
  .meta({ id: 'SignInWays' });

export type SignedInPerson = z.infer<typeof signedInPersonSchema>;
export type SignInWays = z.infer<typeof signInWaysSchema>;
export type PutMember = z.infer<typeof putMemberSchema>;
export type Member = z.infer<typeof memberSchema>;
