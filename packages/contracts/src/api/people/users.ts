import { z } from 'zod';
import { fleetRoles, portalRoles } from '../../states';
import { invitationSchema, personNameSchema } from './invitations';
import { emailSchema } from './people';

const instant = z.iso.datetime();

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    fleetRole: z.enum(fleetRoles).nullable(),
    tenants: z.array(z.object({ id: z.string(), name: z.string(), role: z.enum(portalRoles) })),
    isDisabled: z.boolean(),
    /** Has a password, or has come by single sign-on. */
    canSignIn: z.boolean(),
    /** When the newest sign-in that goes on began; null: signed in nowhere. */
    signedInAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'User' });

export const listUsersQuerySchema = z.strictObject({
  /** Part of an e-mail address or a name. */
  search: z.string().trim().max(254).optional(),
  /** Only the people who run the fleet. */
  fleetRole: z.enum(fleetRoles).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const inviteUserSchema = z
  .strictObject({
    email: emailSchema,
    name: personNameSchema.optional(),
    fleetRole: z.enum(fleetRoles).optional(),
    /** A workspace, and the role in it; both or none. */
    tenantId: z.string().max(100).optional(),
    tenantRole: z.enum(portalRoles).optional(),
  })
  .meta({ id: 'InviteUser' });

export const invitedUserSchema = userSchema.extend(invitationSchema.shape).meta({ id: 'InvitedUser' });

export const changeUserSchema = z
  .strictObject({
    name: personNameSchema.optional(),
    /** Null: no role in the fleet any more. */
    fleetRole: z.enum(fleetRoles).nullable().optional(),
    /** A disabled person is signed out everywhere, and let in nowhere. */
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'ChangeUser' });

/** A person of one workspace, as the others of it see them. */
export const tenantPersonSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(portalRoles),
    isDisabled: z.boolean(),
    canSignIn: z.boolean(),
  })
  .meta({ id: 'TenantPerson' });

export const invitePersonSchema = z
  .strictObject({ email: emailSchema, name: personNameSchema.optional(), role: z.enum(portalRoles) })
  .meta({ id: 'InvitePerson' });

export const invitedPersonSchema = tenantPersonSchema
  .extend(invitationSchema.shape)
  .meta({ id: 'InvitedPerson' });

export const changePersonSchema = z.strictObject({ role: z.enum(portalRoles) }).meta({ id: 'ChangePerson' });

export type User = z.infer<typeof userSchema>;
export type ListUsersQuery = z.infer<typeof listUsersQuerySchema>;
export type InviteUser = z.infer<typeof inviteUserSchema>;
export type InvitedUser = z.infer<typeof invitedUserSchema>;
export type ChangeUser = z.infer<typeof changeUserSchema>;
export type TenantPerson = z.infer<typeof tenantPersonSchema>;
export type InvitePerson = z.infer<typeof invitePersonSchema>;
export type InvitedPerson = z.infer<typeof invitedPersonSchema>;
