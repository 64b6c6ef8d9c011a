import { z } from 'zod';
import { mediaKinds, messageContentSchema } from '../message-content';
import { messageKeySchema } from './events';

/**
 * What a worker is asked to send, beyond a plain text. A kind that a worker does not know is answered
 * `unknown_command`: nothing was sent.
 */

const mentions = z.array(z.string());

export const outgoingTypes = ['text', ...mediaKinds, 'location', 'contacts'] as const;

export const messageChangeSchema = z.discriminatedUnion('type', [
  /** An empty emoji takes our reaction back. */
  z.object({ type: z.literal('reaction'), emoji: z.string() }),
  z.object({ type: z.literal('edit'), body: z.string(), mentions }),
  /** For everybody. */
  z.object({ type: z.literal('revoke') }),
]);

/** Commands about messages that came with more than plain text. */
export const contentCommands = [
  z.object({
    kind: z.literal('message.send_content'),
    /** Chosen before the send, as for `message.send`. */
    waMessageId: z.string(),
    chatId: z.string(),
    type: z.enum(outgoingTypes),
    /** The text; of media the caption. */
    body: z.string(),
    content: messageContentSchema.nullable(),
    mentions,
    /** Of media: its bytes were handed over before, by `media.stage`. */
    stageId: z.string().nullable(),
    /** The message that it answers. */
    quoted: messageKeySchema.nullable(),
    /** Of a text: look at its first link and show what is found. Absent for not. */
    linkPreview: z.boolean().optional(),
    notAfter: z.number().int(),
  }),
  /** A poll; its question is the text. Apart from `message.send_content`, so that a worker that is older says so. */
  z.object({
    kind: z.literal('message.send_poll'),
    waMessageId: z.string(),
    chatId: z.string(),
    question: z.string(),
    options: z.array(z.string()),
    allowsMany: z.boolean(),
    quoted: messageKeySchema.nullable(),
    notAfter: z.number().int(),
  }),
  /** Says something of a message that is there. To do it twice is to do it once. */
  z.object({
    kind: z.literal('message.change'),
    chatId: z.string(),
    target: messageKeySchema,
    change: messageChangeSchema,
    notAfter: z.number().int(),
  }),
  /**
   * A part of bytes that are to be sent, as base64; all but the last have `mediaPartBytes`. The first part (offset 0)
   * drops whatever was handed over before. A repeated part changes nothing.
   */
  z.object({
    kind: z.literal('media.stage'),
    stageId: z.string(),
    offset: z.number().int().nonnegative(),
    data: z.string(),
  }),
  /** Shows that we write, speak, or stopped to. WhatsApp forgets it after some seconds. */
  z.object({
    kind: z.literal('chat.state'),
    chatId: z.string(),
    state: z.enum(['typing', 'recording', 'paused']),
  }),
  /** Tells the other side that its messages were read. */
  z.object({ kind: z.literal('chat.seen'), chatId: z.string() }),
] as const;

/** Bytes per `media.stage` and `media.read`: well below the largest frame, and by threes, so that the parts' base64 can be joined. */
export const mediaPartBytes = 3 * 170 * 1024;

export type MessageChange = z.infer<typeof messageChangeSchema>;
export type OutgoingType = (typeof outgoingTypes)[number];
