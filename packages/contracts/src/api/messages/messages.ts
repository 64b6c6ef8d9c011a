import { z } from 'zod';
import { errorCodes } from '../../errors';
import { messageContentSchema } from '../../message-content';
import { messageDirections, messageStatuses } from '../../states';
import { messageMediaSchema } from './media';
import { chatIdSchema } from './send';

const instant = z.iso.datetime();

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

const moment = z.iso.datetime({ offset: true });

export const listMessagesQuerySchema = z.strictObject({
  direction: z.enum(messageDirections).optional(),
  status: z.enum(messageStatuses).optional(),
  chatId: chatIdSchema.optional(),
  /**
   * Written from then on, and before then: the times that they carry. With these or `q` a page reads so many messages, and may
   * be short or empty with more to come.
   */
  after: moment.optional(),
  before: moment.optional(),
  /** What its text holds, as it is written but for upper and lower case. */
  q: z.string().trim().min(1).max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

/** Messages of a time, of the last 24 hours where none is named; without those from before the account was linked. */
export const countMessagesQuerySchema = z.strictObject({
  after: moment.optional(),
  before: moment.optional(),
});
export const messageCountsSchema = z
  .object({ received: z.number().int(), sent: z.number().int() })
  .meta({ id: 'MessageCounts' });

export const messageSchema = z
  .object({
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
    /** Its bytes; null without any, and once they have expired. */
    mediaId: z.string().nullable(),
    /** What becomes of its bytes; null without any. */
    media: messageMediaSchema.nullable(),
    /** The message that it answers or, as a reaction, an edit or a revoke, is about; null also where that is not known. */
    targetMessageId: z.string().nullable(),
    /** WhatsApp's own id; null until it is chosen. */
    waMessageId: z.string().nullable(),
    /** Why it FAILED or is UNCERTAIN, in one sentence. */
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    /** When the text that is shown was written, where it is not the first. */
    editedAt: instant.nullable(),
    /** When it was deleted for everybody; its text and what it held are gone. */
    revokedAt: instant.nullable(),
    /** The reaction of each person who gave one and did not take it back. */
    reactions: z.array(z.object({ sender: z.string(), emoji: z.string(), at: instant })),
    /** Of a poll: what each person chose, by the options' places in `content.options`, from 0. */
    votes: z.array(z.object({ sender: z.string(), options: z.array(z.number().int()), at: instant })),
    timestamp: instant,
    createdAt: instant,
    /** When it is to be sent; null: at once. */
    sendAt: instant.nullable(),
    sentAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    readAt: instant.nullable(),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'Message' });

/** What became of each message of a bulk, in the order of the request. */
export const bulkResultSchema = z
  .object({
    accepted: z.number().int(),
    items: z.array(
      z.object({
        /** Null where it was refused. */
        message: messageSchema.nullable(),
        /** Why; null where it was taken. */
        problem: z
          .object({
            code: z.enum(errorCodes),
            title: z.string(),
            detail: z.string().nullable(),
            errors: z.array(z.object({ field: z.string(), message: z.string() })),
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkResult' });

/** What a person found out about an UNCERTAIN message. */
export const resolveMessageSchema = z.strictObject({ outcome: z.enum(['sent', 'not_sent', 'send_again']) });

export type BulkResult = z.infer<typeof bulkResultSchema>;
export type ResolveMessage = z.infer<typeof resolveMessageSchema>;
export type CountMessagesQuery = z.infer<typeof countMessagesQuerySchema>;
export type MessageCounts = z.infer<typeof messageCountsSchema>;
export type ListMessagesQuery = z.infer<typeof listMessagesQuerySchema>;
export type Message = z.infer<typeof messageSchema>;
