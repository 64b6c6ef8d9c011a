import { z } from 'zod';
import { messageContentSchema } from '../message-content';
import { messageKeySchema } from './events';

/**
 * What a worker is asked about its page beyond sending: `page.read` asks, `page.act` changes. A name that a worker does not
 * know is answered `unknown_command`, a part that the page lacks `capability_missing`.
 */

const text = (max: number) => z.string().max(max);
const id = text(100);
const participants = z.array(id).min(1).max(256);

/** The page makes 640 × 640 of it. */
export const maxPictureBytes = 1_000_000;

export const pageReadSchema = z.discriminatedUnion('name', [
  /** Newest first, from behind `before` on. */
  z.object({
    name: z.literal('chats'),
    before: z.object({ at: z.number().int(), id }).nullable(),
    limit: z.number().int(),
  }),
  /** By their ids, from behind `after` on. */
  z.object({ name: z.literal('contacts'), after: id.nullable(), limit: z.number().int() }),
  z.object({ name: z.literal('number'), phoneNumber: id }),
  z.object({ name: z.literal('profile'), contactId: id }),
  /** What the page holds of a chat or can fetch, the newest first, from behind `before` on; `at` in seconds. */
  z.object({
    name: z.literal('older'),
    chatId: id,
    before: z.object({ at: z.number().int(), id: text(256) }).nullable(),
    limit: z.number().int(),
  }),
  z.object({ name: z.literal('group'), groupId: id }),
  z.object({ name: z.literal('invite'), groupId: id }),
]);

export const participantChanges = ['add', 'remove', 'promote', 'demote'] as const;

export const pageActSchema = z.discriminatedUnion('name', [
  /** Absent: as it is. `mutedUntil`: Unix seconds, −1 for ever, 0 not. */
  z.object({
    name: z.literal('chat'),
    chatId: id,
    isArchived: z.boolean().optional(),
    isPinned: z.boolean().optional(),
    mutedUntil: z.number().int().optional(),
    isMarkedUnread: z.boolean().optional(),
  }),
  z.object({ name: z.literal('star'), chatId: id, target: messageKeySchema, isStarred: z.boolean() }),
  /** `forSeconds`: 0 not. */
  z.object({
    name: z.literal('pin'),
    chatId: id,
    target: messageKeySchema,
    forSeconds: z.number().int().nonnegative(),
  }),
  z.object({ name: z.literal('block'), contactId: id, isBlocked: z.boolean() }),
  z.object({ name: z.literal('own_profile'), about: text(139).optional(), displayName: text(25).optional() }),
  /** What the account shows of itself; null: nothing. `data` is base64. */
  z.object({
    name: z.literal('own_picture'),
    picture: z.object({ mimeType: text(100), data: text(Math.ceil(maxPictureBytes / 3) * 4) }).nullable(),
  }),
  z.object({ name: z.literal('group.create'), subject: text(100), participants }),
  z.object({
    name: z.literal('group.participants'),
    groupId: id,
    change: z.enum(participantChanges),
    participants,
  }),
  z.object({
    name: z.literal('group.change'),
    groupId: id,
    subject: text(100).optional(),
    description: text(2_048).optional(),
    /** Whether only admins may write, change the group's name and picture, add members. */
    onlyAdminsWrite: z.boolean().optional(),
    onlyAdminsEdit: z.boolean().optional(),
    onlyAdminsAdd: z.boolean().optional(),
  }),
  z.object({ name: z.literal('group.revoke_invite'), groupId: id }),
  z.object({ name: z.literal('group.leave'), groupId: id }),
]);

export const pageCommands = [
  z.object({ kind: z.literal('page.read'), read: pageReadSchema }),
  z.object({
    kind: z.literal('page.act'),
    act: pageActSchema,
    /** Past this moment the worker must not begin it. */
    notAfter: z.number().int(),
  }),
] as const;

const listedChat = z.object({
  id: text(256),
  name: text(1_024),
  isGroup: z.boolean(),
  /** Seconds of the newest message; 0 without one. */
  at: z.number().int().nonnegative(),
  unread: z.number().int().nonnegative(),
  isMarkedUnread: z.boolean(),
  isArchived: z.boolean(),
  isPinned: z.boolean(),
  /** As in the act. */
  mutedUntil: z.number().int(),
});

const listedContact = z.object({
  id: text(256),
  name: text(1_024).nullable(),
  pushName: text(1_024).nullable(),
  isBusiness: z.boolean(),
  isBlocked: z.boolean(),
});

/** As far as the page tells; in a group `sender` may be a privacy id. */
const olderMessage = z.object({
  id: text(256),
  fromMe: z.boolean(),
  sender: text(256),
  senderName: text(256).nullable(),
  type: text(64),
  body: text(65_536),
  content: messageContentSchema.nullable(),
  hasMedia: z.boolean(),
  isForwarded: z.boolean(),
  quotedId: text(256).nullable(),
  /** Unix milliseconds. */
  timestamp: z.number().int().nonnegative(),
});

export const participantOutcomes = [
  'done',
  /** It was so already. */
  'already',
  /** Has to be invited by link. */
  'invite_needed',
  'not_on_whatsapp',
  'left_recently',
  'group_full',
  'not_a_member',
  'failed',
] as const;
const outcomes = z.array(z.object({ id: text(256), outcome: z.enum(participantOutcomes) })).max(256);

/** What a worker may answer; checked where it arrives, because a worker's page is run by strangers' content. */
export const pageReadValues = {
  chats: z.object({ chats: z.array(listedChat).max(200), hasMore: z.boolean() }),
  contacts: z.object({ contacts: z.array(listedContact).max(200), hasMore: z.boolean() }),
  number: z.object({ chatId: text(256).nullable() }),
  profile: z.object({
    contact: listedContact,
    about: text(1_024).nullable(),
    pictureUrl: text(2_048).nullable(),
  }),
  older: z.object({
    messages: z.array(olderMessage).max(100),
    /** Where to go on, where there may be more. */
    next: z.object({ at: z.number().int(), id: text(256) }).nullable(),
  }),
  group: z.object({
    id: text(256),
    subject: text(1_024),
    description: text(4_096),
    owner: text(256).nullable(),
    /** Seconds. */
    createdAt: z.number().int().nullable(),
    onlyAdminsWrite: z.boolean(),
    onlyAdminsEdit: z.boolean(),
    onlyAdminsAdd: z.boolean(),
    isAdmin: z.boolean(),
    participants: z.array(z.object({ id: text(256), isAdmin: z.boolean() })).max(2_048),
  }),
  invite: z.object({ code: text(100) }),
} as const satisfies Record<z.infer<typeof pageReadSchema>['name'], z.ZodType>;

export const pageActValues = {
  chat: listedChat,
  star: z.object({}),
  pin: z.object({}),
  block: z.object({}),
  own_profile: z.object({}),
  own_picture: z.object({}),
  'group.create': z.object({ groupId: text(256), participants: outcomes }),
  'group.participants': z.object({ participants: outcomes }),
  'group.change': z.object({}),
  'group.revoke_invite': z.object({ code: text(100) }),
  'group.leave': z.object({}),
} as const satisfies Record<z.infer<typeof pageActSchema>['name'], z.ZodType>;

export type PageRead = z.infer<typeof pageReadSchema>;
export type PageAct = z.infer<typeof pageActSchema>;
export type PageReadValue<Name extends PageRead['name']> = z.infer<(typeof pageReadValues)[Name]>;
export type PageActValue<Name extends PageAct['name']> = z.infer<(typeof pageActValues)[Name]>;
export type ListedChat = z.infer<typeof listedChat>;
export type OlderMessage = z.infer<typeof olderMessage>;
export type ListedContact = z.infer<typeof listedContact>;
export type ParticipantChange = (typeof participantChanges)[number];
export type ParticipantOutcome = (typeof participantOutcomes)[number];
