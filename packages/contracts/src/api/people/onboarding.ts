import { z } from 'zod';
import { phoneNumberSchema, tenantStatusViewSchema } from '../tenants';

const instant = z.iso.datetime();

export const createOnboardingLinkSchema = z
  .strictObject({ hours: z.number().int().min(1).max(720).default(72) })
  .meta({ id: 'CreateOnboardingLink' });

/** The only answer that ever holds the link itself. */
export const createdOnboardingLinkSchema = z
  .object({ url: z.string(), expiresAt: instant })
  .meta({ id: 'CreatedOnboardingLink' });

export const onboardingLinkSchema = z
  .object({
    createdAt: instant,
    expiresAt: instant,
    /** When its button was pressed last. */
    openedAt: instant.nullable(),
    /** When the phone was linked by it, or it was found linked. */
    usedAt: instant.nullable(),
  })
  .meta({ id: 'OnboardingLink' });

export const openLinkSchema = z.strictObject({ token: z.string().min(20).max(200) }).meta({ id: 'OpenLink' });

/** What somebody with a link sees. */
export const openedLinkSchema = z
  .object({
    tenantName: z.string(),
    expiresAt: instant,
    /** The phone is linked: there is nothing more to do. */
    isDone: z.boolean(),
    status: tenantStatusViewSchema,
  })
  .meta({ id: 'OpenedLink' });

export const linkPairingCodeSchema = z
  .strictObject({ phone: phoneNumberSchema })
  .meta({ id: 'LinkPairingCode' });

export type OnboardingLinkView = z.infer<typeof onboardingLinkSchema>;
export type CreatedOnboardingLink = z.infer<typeof createdOnboardingLinkSchema>;
