import { z } from 'zod';
import { webhookDeliveryStates, webhookStates } from '../states';
import { webhookProblems } from '../webhook-problems';
import { tenantEventSchema, tenantEventTypes } from './events';
import { messageSchema } from './messages/messages';

const instant = z.iso.datetime();

/** Endpoints that one tenant may have. */
export const maxWebhooks = 20;

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an https:// address', abort: true })
  .max(2_000)
  .refine((text) => !/[\0-\x20]/.test(text), 'must hold no spaces')
  .refine((text) => URL.canParse(text) && new URL(text).username === '', {
    error: 'must hold no user name; the signature proves who sends',
  })
  .refine((text) => !text.includes('#'), 'must end before a #');
/** Types of events that are sent; null for all, also those that a later version adds. */
const eventFilterSchema = z.array(z.enum(tenantEventTypes)).min(1).max(tenantEventTypes.length).nullable();
const descriptionSchema = z.string().trim().max(200);

export const createWebhookSchema = z
  .strictObject({
    url: urlSchema,
    events: eventFilterSchema.default(null),
    description: descriptionSchema.default(''),
  })
  .meta({ id: 'CreateWebhook' });

export const updateWebhookSchema = z
  .strictObject({
    url: urlSchema.optional(),
    events: eventFilterSchema.optional(),
    description: descriptionSchema.optional(),
    /** False switches it off: nothing is kept for it. True ends that, and a pause, at once. */
    isEnabled: z.boolean().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateWebhook' });

export const rotateWebhookSecretSchema = z.strictObject({
  /** For so long the secret of before signs too. */
  keepSeconds: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400),
});

/** Why something was not taken. */
export const webhookProblemSchema = z.object({
  code: z.enum(Object.keys(webhookProblems) as [keyof typeof webhookProblems]),
  explanation: z.string(),
});

export const webhookSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    url: z.string(),
    events: eventFilterSchema,
    description: z.string(),
    state: z.enum(webhookStates),
    stateSince: instant,
    /** Why it is PAUSED or DISABLED. */
    reason: webhookProblemSchema.nullable(),
    /** When a PAUSED one is tried again. */
    nextAttemptAt: instant.nullable(),
    /** Until when the secret of before signs too; null where there is none. */
    previousSecretUntil: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Webhook' });

/** The secret is shown this once. */
export const createdWebhookSchema = webhookSchema
  .extend({ secret: z.string() })
  .meta({ id: 'CreatedWebhook' });

export const webhookDeliverySchema = z
  .object({
    /** The header `webhook-id` that it is sent with, which is the id of its event. */
    id: z.string(),
    webhookId: z.string(),
    state: z.enum(webhookDeliveryStates),
    event: tenantEventSchema,
    /** Since it was queued; a replay begins anew. */
    attempts: z.number().int(),
    /** Of the latest attempt; null where none was answered. */
    responseCode: z.number().int().nullable(),
    problem: webhookProblemSchema.nullable(),
    queuedAt: instant,
    lastAttemptAt: instant.nullable(),
    /** When a PENDING one is tried next; null where nothing is waited for. */
    nextAttemptAt: instant.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

/** Attempts of one delivery that are remembered, the latest. */
export const maxLoggedAttempts = 50;

export const webhookAttemptSchema = z.object({
  /** When it ended. */
  at: instant,
  durationMs: z.number().int(),
  /** Null where none was answered. */
  responseCode: z.number().int().nullable(),
  /** Null where it was taken. */
  problem: webhookProblemSchema.nullable(),
});

export const webhookDeliveryDetailsSchema = webhookDeliverySchema
  .extend({
    /** The latest attempts, oldest first; those from before a replay too. */
    attemptLog: z.array(webhookAttemptSchema).max(maxLoggedAttempts),
  })
  .meta({ id: 'WebhookDeliveryDetails' });

export const webhookTestSchema = z
  .object({
    isTaken: z.boolean(),
    /** Null where none was answered. */
    responseCode: z.number().int().nullable(),
    problem: webhookProblemSchema.nullable(),
  })
  .meta({ id: 'WebhookTest' });

export const listWebhookDeliveriesQuerySchema = z.strictObject({
  state: z.enum(webhookDeliveryStates).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const replayWebhookSchema = z.strictObject({
  /** Everything that happened from this moment on is sent again, or for the first time. */
  since: instant,
});

export const webhookReplaySchema = z.object({
  replayed: z.number().int(),
  /** Where there is more than one call replays: the `since` of the next. */
  nextSince: instant.nullable(),
});

/** What an endpoint receives: the event as live streams tell it and, where it is about a message, that message. */
export const webhookPayloadSchema = tenantEventSchema
  .extend({
    /** As it is when it is sent; null where the event is about none, or the message is gone. */
    message: messageSchema.nullable(),
  })
  .meta({ id: 'WebhookPayload' });

export type CreateWebhook = z.infer<typeof createWebhookSchema>;
export type UpdateWebhook = z.infer<typeof updateWebhookSchema>;
export type RotateWebhookSecret = z.infer<typeof rotateWebhookSecretSchema>;
export type Webhook = z.infer<typeof webhookSchema>;
export type CreatedWebhook = z.infer<typeof createdWebhookSchema>;
export type WebhookTest = z.infer<typeof webhookTestSchema>;
export type WebhookAttempt = z.infer<typeof webhookAttemptSchema>;
export type WebhookDeliveryDetails = z.infer<typeof webhookDeliveryDetailsSchema>;
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
export type ListWebhookDeliveriesQuery = z.infer<typeof listWebhookDeliveriesQuerySchema>;
export type ReplayWebhook = z.infer<typeof replayWebhookSchema>;
export type WebhookReplay = z.infer<typeof webhookReplaySchema>;
export type WebhookPayload = z.infer<typeof webhookPayloadSchema>;
