import { z } from 'zod';
import { contentCommands } from './content';
import { mediaCommands, type FetchedMedia } from './media';
import { pageCommands } from './page';

/** What the control plane may ask of a worker. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message.send'),
    /** The id this message will have at WhatsApp, chosen before the send (facts: the send is findable after a crash). */
    waMessageId: z.string(),
    chatId: z.string(),
    content: z.object({ type: z.literal('text'), body: z.string() }),
    /** Past this moment the worker must not begin the send. */
    notAfter: z.number().int(),
  }),
  /** Is a message with this id of ours in the chat? Asked when a send's fate is unknown. */
  z.object({
    kind: z.literal('message.find'),
    waMessageId: z.string(),
    chatId: z.string(),
    /** Unix milliseconds: the chat is read back to this moment before the message counts as absent. */
    since: z.number().int().nonnegative().optional(),
  }),
  /** Read what came while nobody listened; the answer says that it is begun, events tell the rest. */
  z.object({
    kind: z.literal('messages.backfill'),
    outageId: z.string(),
    /** Unix milliseconds: read each chat from then on. */
    since: z.number().int().nonnegative(),
    /** Chats that need to be read from a later moment only. */
    chats: z.array(z.object({ chatId: z.string(), since: z.number().int().nonnegative() })).max(2_000),
  }),
  ...contentCommands,
  ...mediaCommands,
  ...pageCommands,
  z.object({ kind: z.literal('session.pairing_code'), phoneNumber: z.string() }),
  /** Ends the link to the phone's account; the worker reports LOGGED_OUT and then exits. */
  z.object({
    kind: z.literal('session.logout'),
    /** Why, where it is not a person's wish. */
    reason: z.literal('number_in_use').optional(),
  }),
  /** Reconnect attempts are forgotten, and a planned one is due at once. */
  z.object({ kind: z.literal('session.reset_reconnect') }),
  /** The page as it is now, for a person to look at. */
  z.object({ kind: z.literal('session.screenshot') }),
]);

export const commandErrorCodes = [
  'not_connected',
  'not_waiting_for_link',
  'invalid_recipient',
  'too_late',
  'timed_out',
  'link_stale',
  'rejected',
  'target_missing',
  'not_allowed',
  'media_missing',
  /** WhatsApp has the bytes no more, and nobody gives them to it again. */
  'media_gone',
  /** The sender's phone was asked for them once more. */
  'media_awaited',
  'media_too_large',
  /** The page can't show it as a picture. */
  'media_unreadable',
  'unknown_command',
  /** The page lacks parts that this needs; the message is the capability. */
  'capability_missing',
] as const;

export const commandResultSchema = z.union([
  z.object({ ok: z.literal(true), value: z.record(z.string(), z.unknown()) }),
  z.object({
    ok: z.literal(false),
    code: z.enum(commandErrorCodes),
    /** Free of secrets, numbers and message text. */
    message: z.string().max(500),
    /** Certain that nothing reached WhatsApp. False: the outcome is unknown. */
    nothingSent: z.boolean(),
  }),
]);

/** A JPEG in base64, or why there is none; checked where it arrives. */
export const pictureValueSchema = z.union([
  z.object({ jpeg: z.string() }),
  z.object({ none: z.string().max(200) }),
]);

/** The values of successful results, by command. */
export interface CommandValues {
  'message.send': { ack: number };
  'message.send_content': { ack: number };
  'message.send_poll': { ack: number };
  'message.change': Record<string, never>;
  'media.stage': Record<string, never>;
  'media.fetch': FetchedMedia;
  'media.read': { data: string };
  'media.drop': Record<string, never>;
  'chat.state': Record<string, never>;
  'chat.seen': Record<string, never>;
  /** By their names: see pageReadValues and pageActValues. */
  'page.read': Record<string, unknown>;
  'page.act': Record<string, unknown>;
  'message.find': { found: boolean; ack: number | null };
  'messages.backfill': Record<string, never>;
  'session.pairing_code': { code: string; expiresAt: number };
  /** Whether WhatsApp confirmed it, or there was nothing to end; absent from older workers. */
  'session.logout': { unlinked?: boolean };
  'session.reset_reconnect': Record<string, never>;
  'session.screenshot': PictureValue;
}

export type PictureValue = z.infer<typeof pictureValueSchema>;
export type Command = z.infer<typeof commandSchema>;
export type CommandKind = Command['kind'];
export type CommandResult = z.infer<typeof commandResultSchema>;
export type CommandErrorCode = (typeof commandErrorCodes)[number];
