import { z } from 'zod';

/** Everything the network remembers over a restart. One writer: the classes of this folder. */

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
  /** Messages that this device has not confirmed, oldest first. */
  pending: z.array(z.object({ from: z.string(), id: z.string() })),
});

const userSchema = z.object({
  number: z.string(),
  lid: z.string(),
  name: z.string(),
  phoneOnline: z.boolean(),
  reads: z.enum(['auto', 'never']),
  devices: z.array(deviceSchema),
  nextDeviceId: z.number().int(),
});

const messageSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  type: z.literal('chat'),
  body: z.string(),
  /** The sender's clock, seconds since 1970. */
  timestamp: z.number().int(),
  /** The server's clock, milliseconds since 1970. */
  receivedAt: z.number(),
  ack: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  quotedId: z.string().optional(),
});

const conversationSchema = z.object({
  members: z.tuple([z.string(), z.string()]),
  /** By number, how many messages that member has not read. */
  unread: z.record(z.string(), z.number().int()),
  messages: z.array(messageSchema),
});

const sendSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** Counted before duplicates are dropped. */
  timesReceived: z.number().int(),
});

export const networkStateSchema = z.object({
  version: z.literal(1),
  users: z.array(userSchema),
  conversations: z.array(conversationSchema),
  sends: z.array(sendSchema),
});

export type NetworkState = z.infer<typeof networkStateSchema>;
export type User = z.infer<typeof userSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Conversation = z.infer<typeof conversationSchema>;
export type Send = z.infer<typeof sendSchema>;

export const emptyNetworkState: NetworkState = { version: 1, users: [], conversations: [], sends: [] };
