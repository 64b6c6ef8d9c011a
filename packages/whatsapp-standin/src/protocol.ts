import { z } from 'zod';
import type { ServerState } from './faults/fault-table';

/**
 * What the page and the server say to each other over the WebSocket: JSON frames, one object each.
 * The page imports types only; the server checks every frame of a page with `pageFrameSchema`.
 */

const phoneNumber = z.string().regex(/^\d{7,15}$/);
const messageId = z.string().min(1).max(128);
const counter = z.number().int().positive();

const callSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('exists'), number: phoneNumber }),
  z.object({
    method: z.literal('send'),
    counter,
    message: z.object({
      id: messageId,
      to: phoneNumber,
      type: z.literal('chat'),
      body: z.string(),
      /** Seconds since 1970. */
      t: z.number().int().nonnegative(),
      quotedId: messageId.optional(),
    }),
  }),
  z.object({ method: z.literal('read'), chat: phoneNumber }),
  z.object({
    method: z.literal('earlier'),
    chat: phoneNumber,
    /** Messages older than this one; the newest ones where it is absent. */
    beforeId: messageId.optional(),
  }),
  z.object({ method: z.literal('pairing-code'), number: phoneNumber }),
  z.object({ method: z.literal('log-out') }),
]);

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
    messages: z.array(z.object({ from: phoneNumber, id: messageId })).min(1),
  }),
  z.object({ kind: z.literal('call'), callId: z.number().int(), call: callSchema }),
]);

export type PageFrame = z.infer<typeof pageFrameSchema>;
export type Call = z.infer<typeof callSchema>;
export type RegistrationKeys = Extract<PageFrame, { kind: 'register' }>['keys'];

export interface CallResults {
  exists: { contact: WireContact | null };
  send: { ack: Ack };
  read: Record<string, never>;
  earlier: { messages: WireMessage[] };
  'pairing-code': { code: string };
  'log-out': Record<string, never>;
}

export type ServerFrame =
  | { kind: 'refs'; refs: string[]; ttlMs: number }
  | { kind: 'link-offered'; token: string; account: WireAccount }
  | { kind: 'welcome'; account: WireAccount }
  | { kind: 'sync'; contacts: WireContact[]; chats: WireChat[] }
  | { kind: 'offline'; messages: WireMessage[]; remaining: number }
  | { kind: 'sync-end' }
  | { kind: 'message'; message: WireMessage }
  | { kind: 'ack'; chat: string; id: string; ack: Ack }
  | { kind: 'refused' }
  | { kind: 'unlinked'; mode: UnlinkMode }
  | { kind: 'replaced' }
  | { kind: 'left-in-state'; state: ServerState }
  | { kind: 'mishap'; mishap: Mishap }
  | { kind: 'reply'; callId: number; ok: true; result: CallResults[Call['method']] }
  | { kind: 'reply'; callId: number; ok: false; error: string };

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
  | { kind: 'allocate'; megabytes?: number | undefined };

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
  number: string;
  name: string;
}

/** A message as the receiving page's account sees it. `chat` is the other side's number. */
export interface WireMessage {
  id: string;
  chat: string;
  fromMe: boolean;
  type: 'chat';
  body: string;
  /** Seconds since 1970. */
  t: number;
  ack: Ack;
  /** The sender's name. */
  notifyName: string;
  quotedId?: string | undefined;
}

export interface WireChat {
  number: string;
  unreadCount: number;
  /** Oldest first. */
  messages: WireMessage[];
}
