import { contentLimits, type MessageKey, type NormalisedMessage } from '@wafleet/contracts';
import type { PageMessage } from '../whatsapp/whatsapp-chats';
import { hasBytes, normaliseContent } from './normalise-content';
import { normaliseUpdates, tellsAllReactions } from './normalise-updates';
import { finite, record, storableText, text, widText, widTexts } from './page-values';

/**
 * A message of the page as a plain record with canonical ids; null for what is no message of a chat (status updates,
 * notes of the page itself). Nothing of the page is trusted: a field of the wrong shape counts as absent.
 * @param ownId canonical id of our own account, e.g. `15550100@c.us`
 */
export function normaliseMessage(message: PageMessage, ownId: string): NormalisedMessage | null {
  const key = messageKey(message, ownId);
  if (!key || isNoMessage(message)) return null;
  const { type, body, content } = normaliseContent(message);
  const updates = normaliseUpdates(message, ownId);
  return {
    key,
    type,
    body: body ?? '',
    timestamp: timeOf(message['t']),
    senderName: storableText(message['notifyName'], 256),
    ack: Math.min(4, Math.max(-1, Math.floor(finite(message['ack']) ?? 0))),
    isForwarded: message['isForwarded'] === true,
    hasMedia: hasBytes(message),
    quotedId: text(message['quotedStanzaID'])?.slice(0, 256) ?? null,
    mentions: widTexts(message['mentionedJidList'], contentLimits.mentions),
    content,
    ...(updates.length > 0 && { updates }),
    ...(tellsAllReactions(message) && { hasAllReactions: true }),
  };
}

/** The key alone, for an ack; null where the page does not tell the chat. */
export function messageKey(message: PageMessage, ownId: string): MessageKey | null {
  const id = record(message['id']);
  const fromMe = id?.['fromMe'] === true;
  const remote = widText(id?.['remote']) ?? widText(fromMe ? message['to'] : message['from']);
  if (!remote || remote.length > 256) return null;
  const author = widText(message['author']) ?? widText(id?.['participant']);
  return { id: rawId(id), fromMe, chatId: remote, sender: fromMe ? ownId : (author ?? remote).slice(0, 256) };
}

/**
 * WhatsApp's raw id. The page renames the whole key's property now and then (`_serialized`, `$1`); its form
 * `fromMe_chat_id[_participant]` still holds the id.
 */
function rawId(id: Record<string, unknown> | null): string | null {
  const own = text(id?.['id']);
  if (own) return own.slice(0, 256);
  const whole = text(id?.['_serialized']) ?? text(id?.['$1']);
  return whole?.split('_')[2]?.slice(0, 256) ?? null;
}

const notesOfThePage = [
  'e2e_notification',
  'notification',
  'notification_template',
  'protocol',
  'ciphertext',
];

function isNoMessage(message: PageMessage): boolean {
  const remote = widText(record(message['id'])?.['remote']);
  return (
    message['isStatusV3'] === true ||
    remote === 'status@broadcast' ||
    notesOfThePage.includes(text(message['type']) ?? '')
  );
}

/** The end of the year 9999, in seconds; a database holds no later time. */
const latestSecond = 253_402_300_799;

/** WhatsApp's seconds in milliseconds. */
function timeOf(value: unknown): number {
  return Math.min(latestSecond, Math.max(0, Math.floor(finite(value) ?? 0))) * 1_000;
}
