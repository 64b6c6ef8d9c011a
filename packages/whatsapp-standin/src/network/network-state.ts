import { z } from 'zod';
import { changeSchema, chatAddress, contentSchema } from '../content';

/** Everything the network remembers over a restart. One writer: the classes of this folder. */

/** A message or a change of one: an id, and who chose it. */
const refSchema = z.object({ from: z.string(), id: z.string() });

const deviceSchema = z.object({
  id: z.number().int(),
  token: z.string(),
  platform: z.string(),
  linkedAt: z.number(),
  /** The highest counter that this device was seen to use. */
  counter: z.number().int(),
  /** A counter came that had been used before: the profile is a copy of an older state. */
  rolledBack: z.boolean(),
  /** How many frames came with a counter that had been used before. */
  decryptFailures: z.number().int(),
  /** Messages and changes that this device has not confirmed, oldest first. */
  pending: z.array(refSchema),
});

/** How pages know a user: by number, by hidden id with the number known, or by hidden id alone. */
export const addressings = ['number', 'lid', 'hidden'] as const;

const chatSettingsSchema = z.object({
  archived: z.boolean().default(false),
  pinned: z.boolean().default(false),
  /** Seconds since 1970, −1 for ever, 0 not. */
  mutedUntil: z.number().int().default(0),
  markedUnread: z.boolean().default(false),
});

const userSchema = z.object({
  number: z.string(),
  lid: z.string(),
  name: z.string(),
  phoneOnline: z.boolean(),
  reads: z.enum(['auto', 'never']),
  addressedBy: z.enum(addressings).default('number'),
  /** What the user shows of itself. */
  about: z.string().default(''),
  pictureUrl: z.string().optional(),
  /** Numbers of people whom the user blocks. */
  blocked: z.array(z.string()).default([]),
  /** By chat, what the account's devices set of it. */
  chatSettings: z.record(z.string(), chatSettingsSchema).default({}),
  starred: z.array(refSchema).default([]),
  /** Messages that the account pinned in their chats; the others of a chat are not told here. */
  pinned: z.array(refSchema.extend({ forSeconds: z.number().int() })).default([]),
  devices: z.array(deviceSchema),
  nextDeviceId: z.number().int(),
});

const groupSchema = z.object({
  id: z.string(),
  subject: z.string(),
  description: z.string().default(''),
  /** Whether only admins may write, change the group's info, add members. */
  onlyAdminsWrite: z.boolean().default(false),
  onlyAdminsEdit: z.boolean().default(false),
  onlyAdminsAdd: z.boolean().default(false),
  inviteCode: z.string().default(''),
  owner: z.string(),
  /** Seconds since 1970. */
  createdAt: z.number().int(),
  participants: z.array(z.object({ number: z.string(), isAdmin: z.boolean() })),
});

const ackSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

const messageSchema = refSchema.extend({
  to: chatAddress,
  content: contentSchema,
  /** The sender's clock, seconds since 1970. */
  timestamp: z.number().int(),
  /** The server's clock, milliseconds since 1970. */
  receivedAt: z.number(),
  /** How far it has come with everybody. */
  ack: ackSchema,
  /** By the number of each receiver, how far it has come with them. */
  receipts: z.record(z.string(), ackSchema),
  quotedId: z.string().optional(),
  /** Numbers of people. */
  mentions: z.array(z.string()),
  forwardingScore: z.number().int(),
  /** What became of it, in order. */
  changes: z.array(refSchema.extend({ at: z.number(), change: changeSchema })),
});

const conversationSchema = z.object({
  /** Absent between two people. */
  group: z.string().optional(),
  /** Everybody who has its messages; of a group also those who left. */
  members: z.array(z.string()),
  /** By number, how many messages that member has not read. */
  unread: z.record(z.string(), z.number().int()),
  messages: z.array(messageSchema),
});

const sendSchema = refSchema.extend({
  to: z.string(),
  /** Absent for a message: what was to become of which one. */
  change: z.object({ kind: z.string(), targetId: z.string() }).optional(),
  /** Counted before duplicates are dropped. */
  timesReceived: z.number().int(),
  /** What one page sent again by itself, because its connection was lost before the answer; not among the above. */
  timesRepeated: z.number().int().default(0),
});

export const networkStateSchema = z.object({
  version: z.literal(2),
  users: z.array(userSchema),
  groups: z.array(groupSchema),
  conversations: z.array(conversationSchema),
  sends: z.array(sendSchema),
});

export type NetworkState = z.infer<typeof networkStateSchema>;
export type Ref = z.infer<typeof refSchema>;
export type User = z.infer<typeof userSchema>;
export type ChatSettings = z.infer<typeof chatSettingsSchema>;
export type Group = z.infer<typeof groupSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type Message = z.infer<typeof messageSchema>;
export type MessageChange = Message['changes'][number];
export type Conversation = z.infer<typeof conversationSchema>;
export type Send = z.infer<typeof sendSchema>;

export const emptyNetworkState: NetworkState = {
  version: 2,
  users: [],
  groups: [],
  conversations: [],
  sends: [],
};
