import {
  AppError,
  type MediaKind,
  type MessageContent,
  type SendMediaMessage,
  type SendMessage,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Message } from '@wafleet/db';
import { chooseMediaKind, mayBeSentAs } from './media-kind';
import { isChange } from '../change-type';
import { vcardOf } from './vcard';

/** A message as its row will say it. */
export interface PreparedMessage {
  chatId: string;
  /** As lists show it: `text`, `image`, `location`, `reaction` … */
  type: string;
  body: string;
  /** What there is beside the body; null where there is nothing. */
  content: MessageContent | null;
  mentions: string[];
  linkPreview: boolean;
  mediaId: string | null;
  /** The message that it answers or is about. */
  targetId: string | null;
  /** Of a message that it answers, at WhatsApp. */
  quotedId: string | null;
}

export interface PrepareDeps {
  db: Database;
  /** Fetches what lies at an address and keeps it as media of the tenant. @throws AppError MEDIA_NOT_FETCHED and others */
  fetchMedia: (tenantId: TenantId, url: string) => Promise<{ id: string }>;
}

/**
 * Looks up what a request refers to and whether it fits; stores nothing but what it fetches.
 * @throws AppError INVALID_INPUT naming what is wrong, TARGET_NOT_SENT, MEDIA_NOT_FETCHED, BODY_TOO_LARGE, STORAGE_FULL
 */
export async function prepareMessage(
  deps: PrepareDeps,
  tenantId: TenantId,
  input: SendMessage,
): Promise<PreparedMessage> {
  switch (input.type) {
    case 'reaction':
    case 'edit':
    case 'revoke':
      return aboutMessage(await findTarget(deps.db, tenantId, 'messageId', input.messageId), input);
    default: {
      const { quotedMessageId } = input;
      const quoted =
        quotedMessageId === undefined
          ? null
          : await findTarget(deps.db, tenantId, 'quotedMessageId', quotedMessageId);
      if (quoted && quoted.chatId !== input.chatId)
        throw invalid('quotedMessageId', 'is not a message of this chat');
      const base = {
        linkPreview: input.type === 'text' && input.linkPreview === true,
        chatId: input.chatId,
        targetId: quoted?.id ?? null,
        quotedId: quoted?.waMessageId ?? null,
      };
      if (input.type === 'media') return { ...base, ...(await mediaOf(deps, tenantId, input)) };
      return { ...base, mediaId: null, ...saidBy(input) };
    }
  }
}

function saidBy(input: Extract<SendMessage, { type: 'text' | 'location' | 'contacts' | 'poll' }>) {
  switch (input.type) {
    case 'text':
      return { type: 'text', body: input.body, content: null, mentions: input.mentions ?? [] };
    case 'location': {
      const { latitude, longitude, name = null, address = null } = input;
      const content: MessageContent = { kind: 'location', latitude, longitude, name, address, url: null };
      return { type: 'location', body: '', content, mentions: [] };
    }
    case 'poll': {
      const { question, options, allowsMany = false } = input;
      return {
        type: 'poll',
        body: question,
        content: { kind: 'poll' as const, options, allowsMany },
        mentions: [],
      };
    }
    case 'contacts': {
      const cards = input.contacts.map((contact) => ({ name: contact.name, vcard: vcardOf(contact) }));
      return { type: 'contacts', body: '', content: { kind: 'contacts' as const, cards }, mentions: [] };
    }
  }
}

async function mediaOf(deps: PrepareDeps, tenantId: TenantId, input: SendMediaMessage) {
  const { mediaId, url, caption, mentions = [] } = input;
  if ((mediaId === undefined) === (url === undefined))
    throw invalid('mediaId', 'name either mediaId or url, and not both');
  const { id } = mediaId === undefined ? await deps.fetchMedia(tenantId, url ?? '') : { id: mediaId };
  const media = await deps.db.media.findFirst({ where: { id, tenantId } });
  if (!media) throw invalid('mediaId', 'is unknown or has expired');
  const type: MediaKind = input.as ?? chooseMediaKind(media.mimeType);
  if (!mayBeSentAs(type, media.mimeType)) throw invalid('as', `does not fit media of type ${media.mimeType}`);
  if (caption !== undefined && (type === 'sticker' || type === 'voice' || type === 'audio'))
    throw invalid('caption', `can not be had by what is sent as ${type}`);
  const content: MessageContent = {
    kind: 'media',
    mimeType: media.mimeType,
    sizeBytes: Number(media.sizeBytes),
    filename: input.filename ?? media.filename,
    seconds: null,
    isGif: false,
  };
  return { type, body: caption ?? '', content, mentions, mediaId: media.id };
}

function aboutMessage(
  target: Message,
  input: Extract<SendMessage, { type: 'reaction' | 'edit' | 'revoke' }>,
): PreparedMessage {
  const base = {
    chatId: target.chatId,
    type: input.type,
    content: null,
    mentions: [],
    linkPreview: false,
    mediaId: null,
    targetId: target.id,
    quotedId: null,
  };
  if (input.type === 'reaction') return { ...base, body: input.emoji };
  if (!target.fromMe) throw invalid('messageId', 'is not a message of this account');
  if (input.type === 'revoke') return { ...base, body: '' };
  return { ...base, body: input.body, mentions: input.mentions ?? [] };
}

/** A message that is in its chat at WhatsApp, as far as we know. */
async function findTarget(db: Database, tenantId: TenantId, field: string, id: string): Promise<Message> {
  const row = await db.message.findFirst({ where: { id, tenantId } });
  if (!row || isChange(row.type)) throw invalid(field, 'is not a message of this tenant');
  const isThere = ['RECEIVED', 'SENT', 'DELIVERED', 'READ'].includes(row.status);
  if (!isThere || row.waMessageId === null || row.idIsDerived) throw new AppError('TARGET_NOT_SENT');
  return row;
}

function invalid(field: string, message: string): AppError {
  return new AppError('INVALID_INPUT', { fields: [{ field, message }] });
}
