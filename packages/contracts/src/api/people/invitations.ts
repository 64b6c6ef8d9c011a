import { z } from 'zod';

const instant = z.iso.datetime();
/** What stands at the end of a link. */
const tokenSchema = z.string().min(20).max(200);

export const minPasswordLength = 10;
export const maxPasswordLength = 128;
export const passwordSchema = z
  .string()
  .min(minPasswordLength, `must have at least ${minPasswordLength} characters`)
  .max(maxPasswordLength, `must have at most ${maxPasswordLength} characters`);

export const personNameSchema = z.string().trim().min(1).max(100);

/** A link by which a person sets a password. */
export const invitationSchema = z.object({
  /** Shown this once; null where it was sent by e-mail alone, or none is needed: the person has a way to sign in. */
  invitationUrl: z.string().nullable(),
  expiresAt: instant.nullable(),
  /** Whether it was sent to the person's address. */
  isMailed: z.boolean(),
});

export const lookAtInvitationSchema = z.strictObject({ token: tokenSchema }).meta({ id: 'LookAtInvitation' });

export const invitationLookSchema = z
  .object({
    email: z.string(),
    name: z.string().nullable(),
    /** The workspace whose owner sent it; null where an operator did. */
    tenantName: z.string().nullable(),
    expiresAt: instant,
  })
  .meta({ id: 'InvitationLook' });

export const acceptInvitationSchema = z
  .strictObject({ token: tokenSchema, name: personNameSchema, password: passwordSchema })
  .meta({ id: 'AcceptInvitation' });

export const acceptedInvitationSchema = z.object({ email: z.string() }).meta({ id: 'AcceptedInvitation' });

export type Invitation = z.infer<typeof invitationSchema>;
export type InvitationLook = z.infer<typeof invitationLookSchema>;
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;
