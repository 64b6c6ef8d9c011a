import { z } from 'zod';
import { contentLimits } from '../content-limits';
import { mediaKinds } from '../message-content';
import { filenameSchema } from './media';
import { phoneNumberSchema } from './tenants';

/** What can be sent. Bodies, captions and names are bounded here; what WhatsApp makes of them is its own affair. */

/** A person's chat as digits or `<digits>@c.us`, a group as `<id>@g.us`. */
export const chatIdSchema = chatNamed(
  /^([1-9]\d{6,14}@c\.us|[\d-]{5,40}@g\.us|\d{5,20}@lid)$/,
  'must be a phone number, or an id ending in @c.us, @g.us or @lid',
);

/** A person, as chats with them are named. */
const personSchema = chatNamed(
  /^([1-9]\d{6,14}@c\.us|\d{5,20}@lid)$/,
  'must be a phone number, or an id ending in @c.us or @lid',
);

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
/** When what has not been sent yet is no longer wanted; 24 h after acceptance when absent. */
const expiresAt = z.iso.datetime({ offset: true }).optional();

/** What new messages of any kind may have. */
const toChat = {
  chatId: chatIdSchema,
  /** A message of this chat that it answers. */
  quotedMessageId: messageId.optional(),
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
    z.strictObject({ type: z.literal('text').default('text'), ...toChat, body: text, mentions }),
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
    /** An empty emoji takes the reaction back. */
    z.strictObject({ type: z.literal('reaction'), ...aboutMessage, emoji: z.string().max(32) }),
    z.strictObject({ type: z.literal('edit'), ...aboutMessage, body: text, mentions }),
    /** For everybody. */
    z.strictObject({ type: z.literal('revoke'), ...aboutMessage }),
  ])
  .meta({ id: 'SendMessage' });

export const setChatStateSchema = z.strictObject({
  state: z.enum(['typing', 'recording', 'paused']),
});

export type SendMessage = z.infer<typeof sendMessageSchema>;
export type SendMediaMessage = Extract<SendMessage, { type: 'media' }>;
export type SendContact = z.infer<typeof contactSchema>;
