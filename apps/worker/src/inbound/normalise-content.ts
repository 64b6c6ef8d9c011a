import { contentLimits, type MessageContent } from '@wafleet/contracts';
import type { PageMessage } from '../whatsapp/whatsapp-chats';
import { finite, finiteOrText, list, record, storableText, text, widTexts } from './page-values';

/** What a message says, in our words. */
interface Said {
  type: string;
  body: string | null;
  content: MessageContent | null;
}

const maxBodyLength = 65_536;
const { name: maxName } = contentLimits;

/** Our names of WhatsApp's types; others keep theirs. */
const typeNames = new Map([
  ['chat', 'text'],
  ['ptt', 'voice'],
  ['vcard', 'contacts'],
  ['multi_vcard', 'contacts'],
  ['poll_creation', 'poll'],
  ['gp2', 'group_event'],
]);

const mediaTypes = ['image', 'video', 'audio', 'ptt', 'document', 'sticker'];

/** Nothing of the page is trusted. Where a type holds its words elsewhere, `body` is often the picture of a preview. */
export function normaliseContent(message: PageMessage): Said {
  const pageType = text(message['type']) ?? 'unknown';
  const type = (typeNames.get(pageType) ?? storableText(pageType, 64) ?? 'unknown').slice(0, 64);
  const words = (name: string) => storableText(message[name], maxBodyLength);
  switch (pageType) {
    case 'location':
      return { type, body: words('comment'), content: locationOf(message) };
    case 'vcard':
      return { type, body: null, content: cardsOf([{ ...message, vcard: message['body'] }]) };
    case 'multi_vcard':
      return { type, body: null, content: cardsOf(list(message['vcardList'], contentLimits.cards)) };
    case 'poll_creation':
      return { type, body: words('pollName'), content: pollOf(message) };
    case 'gp2':
      return { type, body: words('body'), content: groupEventOf(message) };
    case 'revoked':
      return { type, body: null, content: null };
    default: {
      if (!hasBytes(message) && !mediaTypes.includes(pageType)) {
        return { type, body: words('body') ?? words('caption'), content: null };
      }
      return { type, body: words('caption'), content: mediaOf(message) };
    }
  }
}

/** It names where its bytes are. */
export function hasBytes(message: PageMessage): boolean {
  return text(message['directPath']) !== null;
}

function mediaOf(message: PageMessage): MessageContent {
  const sizeBytes = finiteOrText(message['size']);
  const seconds = finiteOrText(message['duration']);
  return {
    kind: 'media',
    mimeType: storableText(message['mimetype'], 200),
    sizeBytes:
      sizeBytes === null || sizeBytes < 0 ? null : Math.min(Math.floor(sizeBytes), Number.MAX_SAFE_INTEGER),
    filename: storableText(message['filename'], maxName),
    seconds: seconds === null || seconds < 0 ? null : seconds,
    isGif: message['isGif'] === true,
  };
}

/** Null without a place: then the type alone says what it was. */
function locationOf(message: PageMessage): MessageContent | null {
  const latitude = finite(message['lat']);
  const longitude = finite(message['lng']);
  if (latitude === null || longitude === null) return null;
  // The page joins name and address with a line break.
  const [name, ...address] = (text(message['loc']) ?? '').split('\n');
  return {
    kind: 'location',
    latitude,
    longitude,
    name: storableText(name, maxName),
    address: storableText(address.join('\n'), maxName),
    url: storableText(message['clientUrl'], contentLimits.url),
  };
}

function cardsOf(cards: unknown[]): MessageContent {
  const read = cards.map((given) => {
    const card = record(given);
    return {
      name: storableText(card?.['displayName'] ?? card?.['vcardFormattedName'], maxName) ?? '',
      vcard: storableText(card?.['vcard'], contentLimits.card) ?? '',
    };
  });
  return { kind: 'contacts', cards: read };
}

function pollOf(message: PageMessage): MessageContent {
  const options = list(message['pollOptions'], contentLimits.pollOptions);
  return {
    kind: 'poll',
    options: options.map((option) => storableText(record(option)?.['name'], maxName) ?? ''),
    allowsMany: message['pollSelectableOptionsCount'] !== 1,
  };
}

function groupEventOf(message: PageMessage): MessageContent {
  return {
    kind: 'group',
    event: storableText(message['subtype'], 64) ?? 'unknown',
    recipients: widTexts(message['recipients'], contentLimits.recipients),
  };
}
