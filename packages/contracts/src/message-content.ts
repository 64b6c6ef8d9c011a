import { z } from 'zod';
import { contentLimits } from './content-limits';

/** Types of messages that WhatsApp shows media as. */
export const mediaKinds = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;

const name = z.string().max(contentLimits.name);
const nullableName = name.nullable();

/**
 * What a message holds beside its text, by kind; worker link, database and API share it. A text, and a type that is
 * stored as it came, hold nothing beside it.
 */
export const messageContentSchema = z
  .discriminatedUnion('kind', [
    /** Of the types in mediaKinds, and of others that carry bytes. */
    z.object({
      kind: z.literal('media'),
      /** As the sender says; null where the message does not. */
      mimeType: z.string().max(200).nullable(),
      sizeBytes: z.number().int().nonnegative().nullable(),
      filename: nullableName,
      /** How long it plays. */
      seconds: z.number().nonnegative().nullable(),
      /** A video that plays in a loop and without sound. */
      isGif: z.boolean(),
    }),
    z.object({
      kind: z.literal('location'),
      latitude: z.number(),
      longitude: z.number(),
      name: nullableName,
      address: nullableName,
      url: z.string().max(contentLimits.url).nullable(),
    }),
    z.object({
      kind: z.literal('contacts'),
      cards: z.array(z.object({ name, vcard: z.string().max(contentLimits.card) })).max(contentLimits.cards),
    }),
    /** The question is the message's text. */
    z.object({
      kind: z.literal('poll'),
      options: z.array(name).max(contentLimits.pollOptions),
      allowsMany: z.boolean(),
    }),
    /** What a group tells of itself. Who did it is the message's sender, a new subject or description its text. */
    z.object({
      kind: z.literal('group'),
      /** WhatsApp's word: `create`, `add`, `remove`, `leave`, `promote`, `demote`, `subject`, `description`, others. */
      event: z.string().max(64),
      /** Whom it is about. */
      recipients: z.array(z.string().max(256)).max(contentLimits.recipients),
    }),
  ])
  .meta({ id: 'MessageContent' });

export type MediaKind = (typeof mediaKinds)[number];
export type MessageContent = z.infer<typeof messageContentSchema>;
