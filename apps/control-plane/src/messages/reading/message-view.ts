import type { Message as MessageView, MessageContent } from '@wafleet/contracts';
import type { Message, Prisma } from '@wafleet/db';
import { messageMediaView, type MediaOfMessage } from '../../media/message-media-view';
import type { Reaction, Vote } from '../inbox/message-updates';

/** What is read of a message to show it. */
export const messageInclude = {
  media: true,
  mediaDownload: true,
} as const satisfies Prisma.MessageInclude;

/** Of a message's row what is shown of it; the rest is between us and the worker. */
export type MessageRow = MediaOfMessage &
  Omit<
    Message,
    | 'accountId'
    | 'fromMe'
    | 'idIsDerived'
    | 'ack'
    | 'hasMedia'
    | 'linkPreview'
    | 'idempotencyKey'
    | 'requestHash'
    | 'generation'
    | 'attempts'
    | 'sendingAt'
  >;

/** A message as the API shows it. */
export function messageView(row: MessageRow): MessageView {
  return {
    id: row.id,
    tenantId: row.tenantId,
    direction: row.direction,
    status: row.status,
    chatId: row.chatId,
    sender: row.sender,
    senderName: row.senderName,
    isFromPhone: row.isFromPhone,
    isBackfilled: row.isBackfilled,
    isHistory: row.isHistory,
    type: row.type,
    body: row.body,
    content: row.content as MessageContent | null,
    isForwarded: row.isForwarded,
    quotedWaMessageId: row.quotedId,
    mentions: row.mentions,
    mediaId: row.mediaId,
    media: messageMediaView(row),
    targetMessageId: row.targetId,
    waMessageId: row.waMessageId,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
    editedAt: row.editedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    reactions: (row.reactions as unknown as Reaction[])
      .filter(({ emoji }) => emoji !== '')
      .map(({ sender, emoji, at }) => ({ sender, emoji, at: new Date(at).toISOString() })),
    votes: (row.votes as unknown as Vote[])
      .filter(({ options }) => options.length > 0)
      .map(({ sender, options, at }) => ({ sender, options, at: new Date(at).toISOString() })),
    timestamp: row.timestamp.toISOString(),
    createdAt: row.createdAt.toISOString(),
    sendAt: row.sendAt?.toISOString() ?? null,
    sentAt: row.sentAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    readAt: row.readAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
