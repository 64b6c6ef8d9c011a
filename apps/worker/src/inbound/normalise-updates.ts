import { contentLimits, type MessageUpdate } from '@wafleet/contracts';
import type { PageMessage } from '../whatsapp/whatsapp-chats';
import { normaliseContent } from './normalise-content';
import { finiteOrText, list, record, storableText, text, widText } from './page-values';

/**
 * What became of a message, as far as this record of it tells. Nothing of the page is trusted: what has no sender or no
 * time is left out.
 * @param ownId canonical id of our own account
 */
export function normaliseUpdates(message: PageMessage, ownId: string): MessageUpdate[] {
  if (text(message['type']) === 'revoked')
    return [{ kind: 'revoked', at: timeOf(message['revokeTimestamp']) }];
  return [
    ...editOf(message),
    ...reactionRecords(message).flatMap((given) => reactionOf(given, ownId)),
    ...list(message['wafleetVotes'], contentLimits.updates).flatMap((given) => voteOf(given, ownId)),
  ].slice(0, contentLimits.updates);
}

/** Whether the record tells of every reaction that there is, so that another one was taken back. */
export function tellsAllReactions(message: PageMessage): boolean {
  return (
    message['wafleetHasAllReactions'] === true && reactionRecords(message).length < contentLimits.updates
  );
}

function reactionRecords(message: PageMessage): unknown[] {
  return list(message['wafleetReactions'], contentLimits.updates);
}

/** An edit names its time; other changes of the text, as when it could be decrypted at last, are none. */
function editOf(message: PageMessage): MessageUpdate[] {
  const at = timeOf(message['latestEditSenderTimestampMs']);
  return at === null ? [] : [{ kind: 'edited', at, body: normaliseContent(message).body ?? '' }];
}

function reactionOf(given: unknown, ownId: string): MessageUpdate[] {
  const said = record(given);
  const at = timeOf(said?.['reactionTimestamp'] ?? said?.['timestamp']);
  const sender = senderOf(said, ownId);
  if (at === null || sender === null) return [];
  const emoji = storableText(said?.['reactionText'], contentLimits.emoji) ?? '';
  return [{ kind: 'reacted', at, sender, emoji }];
}

function voteOf(given: unknown, ownId: string): MessageUpdate[] {
  const said = record(given);
  const at = timeOf(said?.['senderTimestampMs'] ?? said?.['t'] ?? said?.['timestamp']);
  const sender = senderOf(said, ownId);
  if (at === null || sender === null) return [];
  const options = list(said?.['selectedOptionLocalIds'], contentLimits.pollOptions).filter(isPlace);
  return [{ kind: 'voted', at, sender, options: [...new Set(options)].sort((a, b) => a - b) }];
}

/** What we did ourselves may carry our privacy id. */
function senderOf(said: Record<string, unknown> | null, ownId: string): string | null {
  const key = record(said?.['msgKey'] ?? said?.['id']);
  if (key?.['fromMe'] === true) return ownId;
  const sender = widText(said?.['senderUserJid'] ?? said?.['sender'] ?? said?.['author'] ?? said?.['from']);
  return sender !== null && sender.length <= 256 ? sender : null;
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1_000;
}

/** The page tells some times in seconds and some in milliseconds; those of our days don't overlap. */
function timeOf(value: unknown): number | null {
  const given = finiteOrText(value);
  if (given === null || given <= 0) return null;
  const ms = given < 100_000_000_000 ? given * 1_000 : given;
  return Math.min(Math.floor(ms), latestMs);
}

/** The end of the year 9999; a database holds no later time. */
const latestMs = 253_402_300_799_000;
