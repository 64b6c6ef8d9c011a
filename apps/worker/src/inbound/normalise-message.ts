import type { MessageKey, NormalisedMessage } from '@wafleet/contracts';
import type { PageMessage } from '../whatsapp/whatsapp-client';

const maxBodyLength = 65_536;

/**
 * A message of the page as a plain record with canonical ids; null for what is no message of a chat (status updates,
 * notes of the page itself). Nothing of the page is trusted: a field of the wrong shape counts as absent.
 * @param ownId canonical id of our own account, e.g. `15550100@c.us`
 */
export function normaliseMessage(message: PageMessage, ownId: string): NormalisedMessage | null {
  const key = messageKey(message, ownId);
  if (!key || isNoMessage(message)) return null;
  const hasMedia = typeof message['directPath'] === 'string' && message['directPath'] !== '';
  const type = text(message['type']) ?? 'unknown';
  return {
    key,
    type: type === 'chat' ? 'text' : type.slice(0, 64),
    body: storable(text(hasMedia ? message['caption'] : message['body']) ?? ''),
    timestamp: timeOf(message['t']),
    senderName: nameOf(message),
    ack: Math.min(4, Math.max(-1, Math.floor(number(message['ack']) ?? 0))),
    isForwarded: message['isForwarded'] === true,
    hasMedia,
    quotedId: text(message['quotedStanzaID'])?.slice(0, 256) ?? null,
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

/**
 * Canonical text of a WhatsApp id: no device part, and the old server name of people. Groups and privacy ids stay as
 * they are.
 */
export function widText(value: unknown): string | null {
  const wid = record(value);
  const user = text(wid?.['user']);
  const server = text(wid?.['server']);
  const whole =
    text(value) ??
    text(wid?.['_serialized']) ??
    text(wid?.['$1']) ??
    (user && server ? `${user}@${server}` : null);
  const match = whole && /^([^@:]+)(?::\d+)?@(.+)$/.exec(whole);
  if (!match) return null;
  return `${match[1]}@${match[2] === 's.whatsapp.net' ? 'c.us' : match[2]}`;
}

const notesOfThePage = [
  'e2e_notification',
  'notification',
  'notification_template',
  'protocol',
  'gp2',
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

function nameOf(message: PageMessage): string | null {
  const name = text(message['notifyName']);
  return name ? storable(name.slice(0, 256)) : null;
}

/** The end of the year 9999, in seconds; a database holds no later time. */
const latestSecond = 253_402_300_799;

/** WhatsApp's seconds in milliseconds. */
function timeOf(value: unknown): number {
  return Math.min(latestSecond, Math.max(0, Math.floor(number(value) ?? 0))) * 1_000;
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What Postgres can hold, within bounds: no NUL, no half of a surrogate pair. */
function storable(value: string): string {
  return value.slice(0, maxBodyLength).replaceAll('\0', '').replace(loneSurrogate, '\ufffd');
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
