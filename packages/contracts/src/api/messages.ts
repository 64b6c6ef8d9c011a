import { z } from 'zod';
import { messageContentSchema } from '../message-content';
import { messageDirections, messageStatuses } from '../states';

const instant = z.iso.datetime();

/** A person's chat as digits or `<digits>@c.us`, a group as `<id>@g.us`. */
export const chatIdSchema = z
  .string()
  .trim()
  .max(100)
  .transform((value) => (/^\+?[1-9]\d{6,14}$/.test(value) ? `${value.replace('+', '')}@c.us` : value))
  .pipe(
    z
      .string()
      .regex(
        /^([1-9]\d{6,14}@c\.us|[\d-]{5,40}@g\.us|\d{5,20}@lid)$/,
        'must be a phone number, or an id ending in @c.us, @g.us or @lid',
      ),
  );

export const sendMessageSchema = z.strictObject({
  chatId: chatIdSchema,
  body: z.string().min(1).max(65_536),
  /** When an unsent message is no longer wanted; 24 h after acceptance when absent. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

export const listMessagesQuerySchema = z.strictObject({
  direction: z.enum(messageDirections).optional(),
  status: z.enum(messageStatuses).optional(),
  chatId: chatIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const messageSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  direction: z.enum(messageDirections),
  status: z.enum(messageStatuses),
  chatId: z.string(),
  sender: z.string().nullable(),
  senderName: z.string().nullable(),
  /** Sent from the phone or another linked device rather than through this API. */
  isFromPhone: z.boolean(),
  /** Read from the page later, because nobody listened when it came. */
  isBackfilled: z.boolean(),
  /** From before the account was linked (HISTORY_DAYS). */
  isHistory: z.boolean(),
  type: z.string(),
  /** The text; of media the caption, of a poll the question. */
  body: z.string(),
  /** What there is beside the text; null for a text, and for a type that is stored as it came. */
  content: messageContentSchema.nullable(),
  isForwarded: z.boolean(),
  /** WhatsApp's id of the message that this one answers. */
  quotedWaMessageId: z.string().nullable(),
  /** Whom the text mentions, by their ids. */
  mentions: z.array(z.string()),
  /** WhatsApp's own id; null until it is chosen. */
  waMessageId: z.string().nullable(),
  /** Why it FAILED or is UNCERTAIN, in one sentence. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  timestamp: instant,
  createdAt: instant,
  sentAt: instant.nullable(),
  deliveredAt: instant.nullable(),
  readAt: instant.nullable(),
  expiresAt: instant.nullable(),
});

export type SendMessage = z.infer<typeof sendMessageSchema>;
export type ListMessagesQuery = z.infer<typeof listMessagesQuerySchema>;
export type Message = z.infer<typeof messageSchema>;
