import { z } from 'zod';
import { changeSchema, chatAddress, contentSchemaWith, groupId, phoneNumber as number } from '../content';
import { faultsSchema } from '../faults/fault-table';
import { addressings } from '../network/network-state';

/** What callers may ask of the control. */

export const userPath = z.object({ number });
export const chatPath = z.object({ number, chat: chatAddress });
export const messagePath = z.object({ number, id: z.string().max(128) });
export const groupPath = z.object({ group: groupId });
export const userGroupPath = z.object({ number, group: groupId });
export const putUserBody = z.strictObject({
  name: z.string().min(1).max(100),
  /** Whether the phone's owner reads what arrives, at once or never. */
  reads: z.enum(['auto', 'never']).optional(),
  /** How pages know this person: by number, by hidden id (`…@lid`) with the number known, or by that alone. */
  addressedBy: z.enum(addressings).optional(),
  /** What others see of the user. */
  about: z.string().max(139).optional(),
  pictureUrl: z.url().max(2_000).optional(),
});
export const scanBody = z.strictObject({ qr: z.string().min(1).max(2_000) });
export const pairBody = z.strictObject({
  code: z.string().regex(/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/, 'a pairing code is 8 letters or digits'),
});
export const unlinkBody = z.strictObject({
  device: z.number().int().optional(),
  /** Whether the page leaves for its logout address, as usual, or only shows UNPAIRED. */
  mode: z.enum(['navigate', 'unpaired']).default('navigate'),
});
export const phoneBody = z.strictObject({ online: z.boolean() });
const contentInput = contentSchemaWith(
  z.strictObject({
    data: z.base64(),
    mimetype: z.string().min(1).max(200),
    /** What the message says of its bytes; their own size where this is not given. */
    size: z.number().int().nonnegative().optional(),
  }),
);
export type ContentInput = z.infer<typeof contentInput>;

export const sendBody = z
  .strictObject({
    to: chatAddress,
    /** Short for a content of kind `chat`. */
    body: z.string().min(1).max(4_000_000).optional(),
    content: contentInput.optional(),
    /** A phone chooses its own; '' plays one that comes without. */
    id: z.string().max(128).optional(),
    /** Seconds since 1970, by the phone's clock. */
    timestamp: z.number().int().nonnegative().optional(),
    quotedId: z.string().max(128).optional(),
    mentions: z.array(number).max(1_000).optional(),
    forwardingScore: z.number().int().nonnegative().optional(),
  })
  .refine(({ body, content }) => (body === undefined) !== (content === undefined), {
    message: 'give either body or content',
    path: ['content'],
  });
export const burstBody = z.strictObject({
  to: chatAddress,
  bodies: z.array(z.string().min(1).max(65_536)).min(1).max(10_000),
});
export const changeBody = z.strictObject({ chat: chatAddress, change: changeSchema });

const members = z.array(number).min(1).max(1_000);
export const createGroupBody = z.strictObject({ subject: z.string().min(1).max(100), members });
export const groupActBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['add', 'remove', 'promote', 'demote']), members }),
  z.strictObject({ kind: z.literal('leave') }),
  z.strictObject({ kind: z.literal('subject'), subject: z.string().min(1).max(100) }),
]);
export const faultsBody = z.strictObject({ number: number.optional(), faults: faultsSchema });
export const numberQuery = z.object({ number: number.optional() });
export const pagesBody = z.strictObject({ number: number.optional() });
export const busyBody = pagesBody.extend({ forMs: z.number().int().min(1).max(600_000).optional() });
export const allocateBody = pagesBody.extend({ megabytes: z.number().int().min(1).max(65_536).optional() });
export const sayBody = pagesBody.extend({
  how: z.enum(['log', 'warn', 'error', 'throw']),
  words: z.string().min(1).max(1_000),
  value: z.unknown().optional(),
});
