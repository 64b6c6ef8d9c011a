import { z } from 'zod';
import { type Change, type Content, changeSchema, contentSchema, phoneNumber } from './content';
import type { ServerState } from './faults/fault-table';

/**
 * What the page and the server say to each other over the WebSocket: JSON frames, one object each.
 * The page imports types only; the server checks every frame of a page with `pageFrameSchema`.
 *
 * People and chats are named by their WhatsApp id (`<user>@<server>`), as the page knows them.
 */

const wid = z.string().regex(/^[\w.:-]{1,64}@(c\.us|lid|g\.us)$/);
/** Empty where a phone gave none. */
const messageId = z.string().max(128);
const counter = z.number().int().positive();
/** The page sent it before, on a connection that brought no answer. */
const isRepeat = z.boolean();
/** Seconds since 1970. */
const seconds = z.number().int().nonnegative();

/** What somebody does in a chat just now. */
export const chatStates = ['typing', 'recording', 'paused'] as const;
export type ChatState = (typeof chatStates)[number];

/** What an account sets: `network/account-acts.ts` does it. */
const accountCallSchema = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('chat-settings'),
    chat: wid,
    archived: z.boolean().optional(),
    pinned: z.boolean().optional(),
    mutedUntil: z.number().int().optional(),
    markedUnread: z.boolean().optional(),
  }),
  z.object({ method: z.literal('star'), sender: wid, id: messageId, isStarred: z.boolean() }),
  /** `forSeconds`: 0 not. */
  z.object({
    method: z.literal('pin'),
    sender: wid,
    id: messageId,
    forSeconds: z.number().int().nonnegative(),
  }),
  z.object({ method: z.literal('block'), id: wid, isBlocked: z.boolean() }),
  z.object({ method: z.literal('own-profile'), name: z.string().optional(), about: z.string().optional() }),
  /** A data address of the full size; null: none any more. */
  z.object({ method: z.literal('own-picture'), picture: z.string().nullable() }),
  z.object({ method: z.literal('profile'), id: wid }),
  z.object({ method: z.literal('create-group'), subject: z.string().min(1), members: z.array(wid) }),
  z.object({
    method: z.literal('group'),
    group: wid,
    act: z.discriminatedUnion('kind', [
      z.object({ kind: z.enum(['add', 'remove', 'promote', 'demote']), members: z.array(wid) }),
      z.object({ kind: z.literal('leave') }),
      z.object({ kind: z.literal('subject'), subject: z.string() }),
      z.object({ kind: z.literal('description'), description: z.string() }),
      z.object({
        kind: z.literal('settings'),
        onlyAdminsWrite: z.boolean().optional(),
        onlyAdminsEdit: z.boolean().optional(),
        onlyAdminsAdd: z.boolean().optional(),
      }),
    ]),
  }),
  z.object({ method: z.literal('group-invite'), group: wid, isRenewed: z.boolean() }),
]);

const callSchema = z.discriminatedUnion('method', [
  ...accountCallSchema.options,
  z.object({ method: z.literal('exists'), id: wid }),
  z.object({
    method: z.literal('send'),
    counter,
    isRepeat,
    message: z.object({
      id: messageId.min(1),
      to: wid,
      content: contentSchema,
      t: seconds,
      quotedId: messageId.optional(),
      mentions: z.array(wid).max(1_000),
      forwardingScore: z.number().int().nonnegative(),
    }),
  }),
  /** An edit, revoke, reaction or vote by this account. `targetId` is the message's own id, `chat` where it is. */
  z.object({
    method: z.literal('change'),
    counter,
    isRepeat,
    id: messageId.min(1),
    chat: wid,
    targetId: messageId,
    change: changeSchema,
  }),
  z.object({ method: z.literal('read'), chat: wid }),
  z.object({
    method: z.literal('earlier'),
    chat: wid,
    /** Messages older than this one; the newest ones where it is absent. */
    beforeId: messageId.optional(),
  }),
  z.object({ method: z.literal('pairing-code'), number: phoneNumber }),
  z.object({ method: z.literal('log-out') }),
]);

/** A call of any sort: what can be told of one that is not understood. */
export const anyCallSchema = z.object({ kind: z.literal('call'), callId: z.number().int() });

export const pageFrameSchema = z.discriminatedUnion('kind', [
  /** An unlinked page asks for QR references. */
  z.object({
    kind: z.literal('register'),
    keys: z.object({ noise: z.string(), identity: z.string(), advSecret: z.string(), platform: z.string() }),
  }),
  /** The token of `link-offered` lies in the profile; the device exists from here on. */
  z.object({ kind: z.literal('confirm-link') }),
  z.object({ kind: z.literal('resume'), token: z.string(), counter }),
  /** Somebody in the page listens for messages; only now do late offline messages follow. */
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('receipt'),
    counter,
    /** By their senders; changes too. */
    received: z.array(z.object({ from: wid, id: messageId })).min(1),
  }),
  /** Does the server still hear? It answers with `pong`. */
  z.object({ kind: z.literal('ping') }),
  /** Not answered. */
  z.object({ kind: z.literal('chat-state'), chat: wid, state: z.enum(chatStates) }),
  z.object({ kind: z.literal('call'), callId: z.number().int(), call: callSchema }),
]);

export type PageFrame = z.infer<typeof pageFrameSchema>;
export type Call = z.infer<typeof callSchema>;
export type AccountCall = z.infer<typeof accountCallSchema>;
export type RegistrationKeys = Extract<PageFrame, { kind: 'register' }>['keys'];

export interface CallResults {
  exists: { contact: WireContact | null };
  send: { ack: Ack };
  change: Record<string, never>;
  read: Record<string, never>;
  earlier: { messages: WireMessage[] };
  'pairing-code': { code: string };
  'log-out': Record<string, never>;
  'chat-settings': Record<string, never>;
  star: Record<string, never>;
  pin: Record<string, never>;
  block: Record<string, never>;
  'own-profile': Record<string, never>;
  'own-picture': Record<string, never>;
  profile: { about: string; pictureUrl?: string | undefined };
  'create-group': { group: WireGroup };
  group: Record<string, never>;
  'group-invite': { code: string };
}

export type ServerFrame =
  | { kind: 'refs'; refs: string[]; ttlMs: number }
  | { kind: 'link-offered'; token: string; account: WireAccount }
  | { kind: 'welcome'; account: WireAccount }
  | { kind: 'sync'; contacts: WireContact[]; chats: WireChat[]; blocked: string[] }
  | { kind: 'offline'; deliveries: Delivery[]; remaining: number }
  | { kind: 'sync-end' }
  | Delivery
  /** Who is in a group, and what it is called, from now on. */
  | { kind: 'group'; group: WireGroup }
  | { kind: 'ack'; id: string; ack: Ack }
  | { kind: 'refused' }
  | { kind: 'unlinked'; mode: UnlinkMode }
  | { kind: 'replaced' }
  | { kind: 'left-in-state'; state: ServerState }
  | { kind: 'mishap'; mishap: Mishap }
  | { kind: 'pong' }
  | { kind: 'reply'; callId: number; ok: true; result: CallResults[Call['method']] }
  | { kind: 'reply'; callId: number; ok: false; error: string };

/** What a device confirms with a receipt. */
export type Delivery = { kind: 'message'; message: WireMessage } | { kind: 'change'; change: WireChange };

/** What a page does when it is unlinked: it navigates to its logout address, or only shows UNPAIRED. */
export type UnlinkMode = 'navigate' | 'unpaired';

/** What happens to a page once, at once. */
export type Mishap =
  | { kind: 'reload' }
  /** A new address without a new document, by `history.pushState`. */
  | { kind: 'navigate' }
  /** Without `forMs` for ever. */
  | { kind: 'busy'; forMs?: number | undefined }
  /** Without `megabytes` until the renderer dies. */
  | { kind: 'allocate'; megabytes?: number | undefined }
  /** Writes to its console, or fails with an error that nobody catches. */
  | { kind: 'say'; how: 'log' | 'warn' | 'error' | 'throw'; words: string; value?: unknown };

/** −1 failed, 0 pending, 1 at the server, 2 at a device of the receiver, 3 read, 4 played. */
export type Ack = -1 | 0 | 1 | 2 | 3 | 4;

export interface WireAccount {
  number: string;
  /** The user part of the account's hidden id (`…@lid`). */
  lid: string;
  name: string;
  deviceId: number;
}

export interface WireContact {
  /** What chats and messages call this person: `…@c.us`, or `…@lid`. */
  id: string;
  name: string;
  /** Both ids, where the page may know that they are one person's. */
  alias?: { number: string; lid: string } | undefined;
}

/** A message as the receiving page's account sees it. */
export interface WireMessage {
  id: string;
  chat: string;
  sender: WireContact;
  fromMe: boolean;
  content: Content;
  /** Seconds since 1970. */
  t: number;
  ack: Ack;
  star: boolean;
  quotedId?: string | undefined;
  mentions: string[];
  forwardingScore: number;
  /** What became of it so far, in order. */
  changes: WireChange[];
}

export interface WireChange {
  /** The id of the message that carried it. */
  id: string;
  chat: string;
  sender: WireContact;
  fromMe: boolean;
  target: { id: string; fromMe: boolean; sender: string };
  /** Milliseconds since 1970. */
  at: number;
  change: Change;
}

export interface WireGroup {
  id: string;
  subject: string;
  description: string;
  onlyAdminsWrite: boolean;
  onlyAdminsEdit: boolean;
  onlyAdminsAdd: boolean;
  owner: string;
  /** Seconds since 1970. */
  createdAt: number;
  participants: { id: string; isAdmin: boolean }[];
}

/** What the account set of a chat. */
export interface WireChatSettings {
  archived: boolean;
  pinned: boolean;
  mutedUntil: number;
  markedUnread: boolean;
}

export interface WireChat {
  id: string;
  name: string;
  unreadCount: number;
  settings?: WireChatSettings | undefined;
  group?: WireGroup | undefined;
  /** Oldest first. */
  messages: WireMessage[];
}
