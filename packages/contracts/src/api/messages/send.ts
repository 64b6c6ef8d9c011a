import { z } from 'zod';
import { contentLimits } from '../../content-limits';
import { mediaKinds } from '../../message-content';
import { filenameSchema } from './media';
import { phoneNumberSchema } from '../tenants';

/** What can be sent. Bodies, captions and names are bounded here; what WhatsApp makes of them is its own affair. */

/** A person's chat as digits or `<digits>@c.us`, a group as `<id>@g.us`. */
export const chatIdSchema = chatNamed(
  /^([1-9]\d{6,14}@c\.us|[\d-]{5,40}@g\.us|\d{5,20}@lid)$/,
  'must be a phone number, or an id ending in @c.us, @g.us or @lid',
);

/** A person, as chats with them are named. */
export const personSchema = chatNamed(
  /^([1-9]\d{6,14}@c\.us|\d{5,20}@lid)$/,
  'must be a phone number, or an id ending in @c.us or @lid',
);

export const groupIdSchema = z
  .string()
  .max(100)
  .regex(/^[\d-]{5,40}@g\.us$/, 'must be an id ending in @g.us');

/** A phone number stands for the chat with it. */
function chatNamed(pattern: RegExp, message: string) {
  return z
    .string()
    .trim()
    .max(100)
    .transform((value) => (/^\+?[1-9]\d{6,14}$/.test(value) ? `${value.replace('+', '')}@c.us` : value))
    .pipe(z.string().regex(pattern, message));
}

const messageId = z.string().min(1).max(64);
const text = z.string().min(1).max(65_536);
/** People that the text names as `@<digits>`. */
const mentions = z.array(personSchema).max(contentLimits.mentions).optional();
/** When what has not been sent yet is no longer wanted; 24 h after its time when absent. */
const expiresAt = z.iso.datetime({ offset: true }).optional();
/** Not before then; at once when absent. At most a year ahead. */
const sendAt = z.iso.datetime({ offset: true }).optional();

/** What new messages of any kind may have. */
const toChat = {
  chatId: chatIdSchema,
  /** A message of this chat that it answers. */
  quotedMessageId: messageId.optional(),
  sendAt,
  expiresAt,
};
/** What is said of a message that is there. */
const aboutMessage = { messageId, expiresAt };

const contactSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  phoneNumbers: z.array(phoneNumberSchema).min(1).max(10),
  organisation: z.string().trim().min(1).max(200).optional(),
});

export const sendMessageSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('text').default('text'),
      ...toChat,
      body: text,
      mentions,
      /** Whether the page looks at the first link in it, and shows what it finds; not when absent. */
      linkPreview: z.boolean().optional(),
    }),
    /** Bytes that were uploaded, or are fetched from an address now; exactly one of the two. */
    z.strictObject({
      type: z.literal('media'),
      ...toChat,
      mediaId: z.string().min(1).max(64).optional(),
      url: z
        .url({ protocol: /^https?$/, error: 'must be an http or https address' })
        .max(2_048)
        .optional(),
      /** By the type of the bytes when absent. */
      as: z.enum(mediaKinds).optional(),
      caption: text.optional(),
      /** The name that a document bears; the media's own when absent. */
      filename: filenameSchema.optional(),
      mentions,
    }),
    z.strictObject({
      type: z.literal('location'),
      ...toChat,
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: z.string().trim().min(1).max(1_000).optional(),
      address: z.string().trim().min(1).max(1_000).optional(),
    }),
    z.strictObject({
      type: z.literal('contacts'),
      ...toChat,
      contacts: z.array(contactSchema).min(1).max(contentLimits.cards),
    }),
    z.strictObject({
      type: z.literal('poll'),
      ...toChat,
      question: z.string().trim().min(1).max(255),
      options: z
        .array(z.string().trim().min(1).max(100))
        .min(2)
        .max(contentLimits.ownPollOptions)
        .refine((options) => new Set(options).size === options.length, 'must differ from each other'),
      /** Whether one person may choose several; not when absent. */
      allowsMany: z.boolean().optional(),
    }),
    /** An empty emoji takes the reaction back. */
    z.strictObject({ type: z.literal('reaction'), ...aboutMessage, emoji: z.string().max(32) }),
    z.strictObject({ type: z.literal('edit'), ...aboutMessage, body: text, mentions }),
    /** For everybody. */
    z.strictObject({ type: z.literal('revoke'), ...aboutMessage }),
  ])
  .meta({ id: 'SendMessage' });

/** Media by an address is not among these: fetching many would hold the request for minutes. */
const bulkMessageSchema = sendMessageSchema.superRefine((message, context) => {
  if (message.type === 'media' && message.url !== undefined)
    context.addIssue({ code: 'custom', path: ['url'], message: 'is not taken here; upload the media first' });
});

export const sendBulkSchema = z
  .strictObject({
    messages: z.array(bulkMessageSchema).min(1).max(contentLimits.bulkMessages),
    /** At most so many of them become due in a minute; the tenant's own pace holds in any case. */
    perMinute: z.number().int().min(1).max(6_000).optional(),
  })
  .meta({ id: 'SendBulk' });

export const setChatStateSchema = z.strictObject({
  state: z.enum(['typing', 'recording', 'paused']),
});

export type SendMessage = z.infer<typeof sendMessageSchema>;
export type SendBulk = z.infer<typeof sendBulkSchema>;
export type SendMediaMessage = Extract<SendMessage, { type: 'media' }>;
export type SendContact = z.infer<typeof contactSchema>;
