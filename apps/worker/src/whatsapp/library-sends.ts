import type { MessageChange, MessageContent } from '@wafleet/contracts';
import { Location, MessageMedia, Poll, type MessageSendOptions, type PollSendOptions } from 'whatsapp-web.js';
import type { LibraryClient } from './library-client';
import type { OutgoingMessage } from './whatsapp-chats';

/**
 * Sends by the library's own call, which builds what the page needs of each kind. The id is ours: see
 * page-patches/chosen-message-id.ts.
 */
export async function sendByLibrary(
  library: LibraryClient,
  chatId: string,
  message: OutgoingMessage,
  waMessageId: string,
): Promise<void> {
  const { content, options, extra } = inWordsOfLibrary(message);
  await library.sendMessage(chatId, content, {
    // What is sent is what was asked for: no text is read as a contact card, nothing is marked read.
    linkPreview: message.hasLinkPreview,
    parseVCards: false,
    sendSeen: false,
    mentions: message.mentions,
    ...(message.quotedId === null ? {} : { quotedMessageId: message.quotedId, ignoreQuoteErrors: false }),
    ...options,
    extra: { ...extra, wafleetMessageId: waMessageId },
  });
}

export async function changeByLibrary(
  library: LibraryClient,
  messageId: string,
  change: MessageChange,
): Promise<void> {
  const message = await library.getMessageById(messageId);
  if (!message) throw new Error('the message is gone');
  switch (change.type) {
    case 'reaction':
      return message.react(change.emoji);
    case 'edit': {
      const edited = await message.edit(change.body, { linkPreview: false, mentions: change.mentions });
      if (!edited) throw new Error('the page did not edit it');
      return;
    }
    case 'revoke':
      return message.delete(true);
  }
}

interface Wording {
  content: string | Location | MessageMedia | Poll;
  options: MessageSendOptions;
  /** The page's own words, put over what the library makes. */
  extra?: object;
}

function inWordsOfLibrary({ type, body, content, data }: OutgoingMessage): Wording {
  switch (content?.kind) {
    case 'media': {
      const media = new MessageMedia(content.mimeType ?? '', data ?? '', content.filename ?? 'file');
      const caption = body === '' ? {} : { caption: body };
      return { content: media, options: { ...caption, ...asKind(type) } };
    }
    case 'location': {
      const { name, address } = content;
      const place = { ...(name === null ? {} : { name }), ...(address === null ? {} : { address }) };
      return { content: new Location(content.latitude, content.longitude, place), options: {} };
    }
    case 'poll': {
      // The types ask for a secret, which the page makes itself where there is none.
      const allowed = { allowMultipleAnswers: content.allowsMany } as PollSendOptions;
      return { content: new Poll(body, content.options, allowed), options: {} };
    }
    case 'contacts':
      return { content: '', options: {}, extra: cardsOf(content) };
    default:
      return { content: body, options: {} };
  }
}

function asKind(type: OutgoingMessage['type']): MessageSendOptions {
  switch (type) {
    case 'voice':
      return { sendAudioAsVoice: true };
    case 'sticker':
      return { sendMediaAsSticker: true };
    case 'document':
      return { sendMediaAsDocument: true };
    default:
      return {};
  }
}

/** The library makes cards of contacts that the page knows only; these are the page's own words for any other. */
function cardsOf({ cards }: Extract<MessageContent, { kind: 'contacts' }>) {
  const [first] = cards;
  if (first && cards.length === 1)
    return { type: 'vcard', body: first.vcard, vcardFormattedName: first.name };
  const vcardList = cards.map(({ name, vcard }) => ({ displayName: name, vcard }));
  return { type: 'multi_vcard', body: null, vcardList };
}
