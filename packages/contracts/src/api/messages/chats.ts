import { z } from 'zod';
import { participantChanges, participantOutcomes } from '../../link/page';
import { messageContentSchema } from '../../message-content';
import { personSchema } from './send';

const instant = z.iso.datetime();

export const listChatsQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

/** A chat as the page of WhatsApp Web shows it now. */
export const chatSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    isGroup: z.boolean(),
    /** Of the newest message; null without one. */
    lastMessageAt: instant.nullable(),
    unread: z.number().int(),
    isMarkedUnread: z.boolean(),
    isArchived: z.boolean(),
    isPinned: z.boolean(),
    isMuted: z.boolean(),
    /** Null where it is not muted, or for ever. */
    mutedUntil: instant.nullable(),
  })
  .meta({ id: 'Chat' });

export const listHistoryQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(600).optional(),
});

/** A message as the page of WhatsApp Web has it, stored here or not. */
export const pastMessageSchema = z
  .object({
    waMessageId: z.string(),
    /** Of the message that is stored here; null for one that is not. */
    messageId: z.string().nullable(),
    chatId: z.string(),
    fromMe: z.boolean(),
    /** In a group it may be WhatsApp's privacy id of a person. */
    sender: z.string(),
    senderName: z.string().nullable(),
    type: z.string(),
    body: z.string(),
    content: messageContentSchema.nullable(),
    hasMedia: z.boolean(),
    isForwarded: z.boolean(),
    quotedWaMessageId: z.string().nullable(),
    timestamp: instant,
  })
  .meta({ id: 'PastMessage' });

export const updateChatSchema = z
  .strictObject({
    isArchived: z.boolean(),
    /** WhatsApp pins three. */
    isPinned: z.boolean(),
    isMarkedUnread: z.boolean(),
    /** A time, `forever`, or null for no longer. */
    mutedUntil: z.union([z.iso.datetime({ offset: true }), z.literal('forever')]).nullable(),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'must name at least one field to change')
  .meta({ id: 'UpdateChat' });

export const contactSchema = z
  .object({
    id: z.string(),
    /** As the phone's address book has it. */
    name: z.string().nullable(),
    /** As the person calls itself. */
    pushName: z.string().nullable(),
    isBusiness: z.boolean(),
    isBlocked: z.boolean(),
  })
  .meta({ id: 'Contact' });

export const contactDetailSchema = contactSchema
  .extend({
    /** Null where the person does not show it. */
    about: z.string().nullable(),
    /** An address at WhatsApp that ends after a while; null where the person shows none. */
    pictureUrl: z.string().nullable(),
  })
  .meta({ id: 'ContactDetail' });

export const numberSchema = z
  .object({ phoneNumber: z.string(), isOnWhatsapp: z.boolean(), chatId: z.string().nullable() })
  .meta({ id: 'CheckedNumber' });

export const setBlockedSchema = z.strictObject({ isBlocked: z.boolean() });
export const setStarredSchema = z.strictObject({ isStarred: z.boolean() });

const dayHours = 24;
/** For how long WhatsApp keeps a message at the top of its chat: a day, a week, or thirty days. */
export const pinHours = [dayHours, 7 * dayHours, 30 * dayHours] as const;
/** Null: no longer. */
export const setPinnedSchema = z.strictObject({ forHours: z.literal(pinHours).nullable() });

export const updateProfileSchema = z
  .strictObject({
    about: z.string().trim().min(1).max(139),
    displayName: z.string().trim().min(1).max(25),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'must name at least one field to change')
  .meta({ id: 'UpdateProfile' });

/** Null: none any more. */
export const setPictureSchema = z
  .strictObject({ mediaId: z.string().min(1).max(100).nullable() })
  .meta({ id: 'SetPicture' });

const subject = z.string().trim().min(1).max(100);
const members = z.array(personSchema).min(1).max(50);
const participantResults = z.array(z.object({ id: z.string(), outcome: z.enum(participantOutcomes) }));

export const createGroupSchema = z
  .strictObject({ subject, participants: members })
  .meta({ id: 'CreateGroup' });

export const createdGroupSchema = z
  .object({ groupId: z.string(), participants: participantResults })
  .meta({ id: 'CreatedGroup' });

export const changeParticipantsSchema = z
  .strictObject({ change: z.enum(participantChanges), participants: members })
  .meta({ id: 'ChangeParticipants' });

export const changedParticipantsSchema = z
  .object({ participants: participantResults })
  .meta({ id: 'ChangedParticipants' });

export const updateGroupSchema = z
  .strictObject({
    subject,
    description: z.string().trim().max(2_048),
    onlyAdminsWrite: z.boolean(),
    onlyAdminsEdit: z.boolean(),
    onlyAdminsAdd: z.boolean(),
  })
  .partial()
  .refine((value) => Object.keys(value).length > 0, 'must name at least one field to change')
  .meta({ id: 'UpdateGroup' });

export const groupSchema = z
  .object({
    id: z.string(),
    subject: z.string(),
    description: z.string(),
    owner: z.string().nullable(),
    createdAt: instant.nullable(),
    /** Whether only admins may write, change name and picture, add members. */
    onlyAdminsWrite: z.boolean(),
    onlyAdminsEdit: z.boolean(),
    onlyAdminsAdd: z.boolean(),
    /** Whether this account is an admin of it. */
    isAdmin: z.boolean(),
    participants: z.array(z.object({ id: z.string(), isAdmin: z.boolean() })),
  })
  .meta({ id: 'Group' });

export const groupInviteSchema = z.object({ code: z.string(), url: z.string() }).meta({ id: 'GroupInvite' });

export type ListChatsQuery = z.infer<typeof listChatsQuerySchema>;
export type ListHistoryQuery = z.infer<typeof listHistoryQuerySchema>;
export type PastMessage = z.infer<typeof pastMessageSchema>;
export type Chat = z.infer<typeof chatSchema>;
export type UpdateChat = z.infer<typeof updateChatSchema>;
export type Contact = z.infer<typeof contactSchema>;
export type ContactDetail = z.infer<typeof contactDetailSchema>;
export type CheckedNumber = z.infer<typeof numberSchema>;
export type UpdateProfile = z.infer<typeof updateProfileSchema>;
export type CreateGroup = z.infer<typeof createGroupSchema>;
export type CreatedGroup = z.infer<typeof createdGroupSchema>;
export type ChangeParticipants = z.infer<typeof changeParticipantsSchema>;
export type ChangedParticipants = z.infer<typeof changedParticipantsSchema>;
export type UpdateGroup = z.infer<typeof updateGroupSchema>;
export type Group = z.infer<typeof groupSchema>;
export type GroupInvite = z.infer<typeof groupInviteSchema>;
