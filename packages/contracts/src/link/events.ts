import { z } from 'zod';
import { contentLimits } from '../content-limits';
import { messageContentSchema } from '../message-content';
import { reasonCodes } from '../reasons';
import { sessionStates } from '../states';
import { incidentEventSchema } from './incidents';
import { messageUpdateSchema } from './updates';

const at = z.number().int().nonnegative();

/** A WhatsApp account as seen by a linked session. */
export const accountSchema = z.object({
  /** Digits only, no plus. */
  phoneNumber: z.string(),
  /** WhatsApp's privacy id of the same account, where the page tells it. */
  lid: z.string().nullable(),
  name: z.string().nullable(),
});

/**
 * The whole truth about a session at one moment. Every change sends all of it, so that the latest alone is enough
 * and repeating one changes nothing.
 */
export const sessionSnapshotSchema = z.object({
  state: z.enum(sessionStates),
  reason: z.enum(reasonCodes).nullable(),
  /** One sentence with particulars (a path, a missing module); free of secrets, numbers and message text. */
  detail: z.string().max(500).nullable(),
  since: at,
  /** Reconnect attempts used, and when the next one is due. */
  attempt: z.number().int().nonnegative(),
  nextAttemptAt: at.nullable(),
  qr: z.object({ raw: z.string(), sequence: z.number().int().positive(), expiresAt: at }).nullable(),
  pairingCode: z.object({ code: z.string(), phoneNumber: z.string(), expiresAt: at }).nullable(),
  account: accountSchema.nullable(),
  /** The link has had time to reach the disk; a crash no longer loses it. */
  linkIsDurable: z.boolean(),
  /** 0–100 while the first sync runs. */
  syncPercent: z.number().min(0).max(100).nullable(),
  /** The last time a round trip through the page succeeded. */
  lastSeenAt: at.nullable(),
  /** Capabilities that the page lacks the parts for; absent before a page was tested, and from older workers. */
  degraded: z.array(z.string().max(64)).max(32).optional(),
  /** When a phone scanned during this worker's life; absent when the link is older. */
  linkedAt: at.nullish(),
  versions: z.object({
    whatsappWeb: z.string().nullable(),
    browser: z.string().nullable(),
    library: z.string(),
  }),
});

/**
 * A backfill reads the page three times: at once, when the page has caught up with WhatsApp, and minutes later for what
 * is handed over late. The first may come too early to prove anything, so that only the other two are told.
 */
export const backfillReadings = ['settled', 'late'] as const;

/** WhatsApp's key of a message; `id` is null where the page gave none. */
export const messageKeySchema = z.object({
  id: z.string().max(256).nullable(),
  fromMe: z.boolean(),
  /** Canonical chat, e.g. `15550100@c.us` or a group. */
  chatId: z.string().max(256),
  /** Canonical sender: who wrote it, also in groups. */
  sender: z.string().max(256),
});

/** A message as a plain record; nothing of the library goes further than the worker. */
export const normalisedMessageSchema = z.object({
  key: messageKeySchema,
  /**
   * `text`, `image`, `video`, `audio`, `voice`, `document`, `sticker`, `location`, `contacts`, `poll`, `group_event`, or
   * WhatsApp's own name of a type that is stored as it came.
   */
  type: z.string().max(64),
  body: z.string().max(65_536),
  /** Unix time in milliseconds, as WhatsApp says. */
  timestamp: at,
  senderName: z.string().max(256).nullable(),
  ack: z.number().int().min(-1).max(4),
  isForwarded: z.boolean(),
  hasMedia: z.boolean(),
  quotedId: z.string().max(256).nullable(),
  /** Whom the text mentions, by canonical ids. */
  mentions: z.array(z.string().max(256)).max(contentLimits.mentions).default([]),
  content: messageContentSchema.nullable().default(null),
  /** What became of it by now, as far as the page tells; absent for nothing. */
  updates: z.array(messageUpdateSchema).max(contentLimits.updates).optional(),
  /** There is no other reaction than those in `updates`. */
  hasAllReactions: z.boolean().optional(),
});

export const linkEventSchema = z.discriminatedUnion('kind', [
  /** State; refused from an older generation. */
  z.object({ kind: z.literal('session.changed'), session: sessionSnapshotSchema }),
  /** Facts; accepted from any generation, because they are true. */
  z.object({
    kind: z.literal('message.created'),
    message: normalisedMessageSchema,
    /** The outage whose backfill read it; absent for what the page told by itself. */
    outageId: z.string().max(64).optional(),
  }),
  /** Of a message that may be told only later, or never. */
  z.object({ kind: z.literal('message.updated'), key: messageKeySchema, update: messageUpdateSchema }),
  z.object({ kind: z.literal('message.ack'), key: messageKeySchema, ack: z.number().int().min(-1).max(4) }),
  incidentEventSchema,
  /** A privacy id and this chat are one; told before what the page tells under the latter. */
  z.object({ kind: z.literal('identity.learned'), lid: z.string().max(256), chatId: z.string().max(256) }),
  /** Everything that the page holds of this chat since the order's time was told by the events before this one. */
  z.object({
    kind: z.literal('backfill.chat'),
    outageId: z.string().max(64),
    chatId: z.string().max(256),
    /** Of the oldest message that was read; null when there was none. */
    oldestAt: at.nullable(),
    /** The page's own history reaches back beyond the order's time, or to the chat's beginning. */
    isWhole: z.boolean(),
  }),
  /** A reading is over: every chat was read to its end, or it was tried a few times. */
  z.object({
    kind: z.literal('backfill.read'),
    outageId: z.string().max(64),
    reading: z.enum(backfillReadings),
    /** Chats with something to read, and those of them that could not be read to the end. */
    chats: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
  }),
  /** What the page told meanwhile may be missing: there was no room to keep it, or the page was loaded anew. */
  z.object({ kind: z.literal('inbound.lost'), since: at, until: at }),
]);

export type Account = z.infer<typeof accountSchema>;
export type SessionSnapshot = z.infer<typeof sessionSnapshotSchema>;
export type MessageKey = z.infer<typeof messageKeySchema>;
export type NormalisedMessage = z.infer<typeof normalisedMessageSchema>;
export type LinkEvent = z.infer<typeof linkEventSchema>;
export type BackfillReading = (typeof backfillReadings)[number];
export type LinkEventKind = LinkEvent['kind'];
