import { z } from 'zod';

/**
 * What a message holds, in both directions: written on a phone or in a page, kept by the network, shown in pages. The
 * kinds bear WhatsApp's own type names; `page/models/message-content.ts` is their form in the page.
 */

export const phoneNumber = z.string().regex(/^\d{7,15}$/, 'a phone number is 7 to 15 digits, without a plus');
export const groupId = z.string().regex(/^\d{5,25}@g\.us$/, 'a group is <digits>@g.us');
/** A chat as the network knows it: the other person's number, or a group. */
export const chatAddress = z.union([phoneNumber, groupId]);

/** Far more than WhatsApp takes from a page: what strangers' phones send may be of any length. */
const text = z.string().max(4_000_000);
const caption = text.optional();

/** Bytes that the stand-in holds; `GET /media/<sha256>` of the page's origin gives them. */
export const mediaSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  mimetype: z.string().min(1).max(200),
});

/** @param media how bytes are named: what the network holds, or what a caller hands over */
export function contentSchemaWith<Media extends z.ZodType>(media: Media) {
  const seconds = z.number().nonnegative().optional();
  const card = z.strictObject({ displayName: text, vcard: text });
  return z.discriminatedUnion('kind', [
    /** `preview`: what the sender's page found at the first link of the text. */
    z.strictObject({
      kind: z.literal('chat'),
      body: text,
      preview: z.strictObject({ title: text, matchedText: text }).optional(),
    }),
    z.strictObject({ kind: z.literal('image'), media, caption }),
    z.strictObject({ kind: z.literal('video'), media, caption, seconds, isGif: z.boolean().optional() }),
    z.strictObject({ kind: z.literal('audio'), media, seconds }),
    /** A voice message. */
    z.strictObject({ kind: z.literal('ptt'), media, seconds }),
    z.strictObject({ kind: z.literal('document'), media, filename: text.optional(), caption }),
    z.strictObject({ kind: z.literal('sticker'), media }),
    z.strictObject({
      kind: z.literal('location'),
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: text.optional(),
      address: text.optional(),
      url: text.optional(),
    }),
    z.strictObject({ kind: z.literal('vcard'), ...card.shape }),
    z.strictObject({ kind: z.literal('multi_vcard'), cards: z.array(card).min(1).max(250) }),
    z.strictObject({
      kind: z.literal('poll_creation'),
      name: text,
      options: z.array(text).min(1).max(12),
      allowsMany: z.boolean().default(false),
    }),
    /** What a group tells of itself. Numbers are of members that it is about. */
    z.strictObject({
      kind: z.literal('gp2'),
      subtype: z.enum(['create', 'add', 'remove', 'leave', 'promote', 'demote', 'subject', 'description']),
      recipients: z.array(z.string()).default([]),
      body: text.optional(),
    }),
    /** Any other type, with what its model holds beside a message's usual attributes. */
    z.strictObject({
      kind: z.literal('other'),
      type: z.string().min(1).max(200),
      attributes: z.record(z.string(), z.unknown()).default({}),
    }),
  ]);
}

export const contentSchema = contentSchemaWith(mediaSchema);
export type Content = z.infer<typeof contentSchema>;
export type MediaRef = z.infer<typeof mediaSchema>;

/** What becomes of a message afterwards. An empty reaction takes the sender's one back; so does a vote for nothing. */
export const changeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('edit'), body: text }),
  z.strictObject({ kind: z.literal('revoke') }),
  z.strictObject({ kind: z.literal('reaction'), text: z.string().max(64) }),
  /** Options by their place in the poll, from 0. */
  z.strictObject({ kind: z.literal('vote'), options: z.array(z.number().int().min(0).max(11)).max(12) }),
]);
export type Change = z.infer<typeof changeSchema>;

/** The words of a message, where it has any. */
export function textOf(content: Content): string {
  switch (content.kind) {
    case 'chat':
      return content.body;
    case 'image':
    case 'video':
    case 'document':
      return content.caption ?? '';
    case 'poll_creation':
      return content.name;
    case 'gp2':
      return content.body ?? '';
    default:
      return '';
  }
}
