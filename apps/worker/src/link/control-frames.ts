import type { ControlFrame } from '@wafleet/contracts';

/**
 * The frame, or null for one that this worker does not know: a newer control plane may send others. Checked by hand as
 * far as this worker relies on it, because evaluating the contract's schemas costs each worker 4 MB.
 */
export function parseControlFrame(text: string): ControlFrame | null {
  const frame = record(parse(text));
  return frame && isKnown(frame) ? (frame as unknown as ControlFrame) : null;
}

function isKnown(frame: Record<string, unknown>): boolean {
  switch (frame['type']) {
    case 'welcome':
      return (
        typeof frame['linkId'] === 'string' &&
        isCount(frame['lastSeq']) &&
        isCount(record(frame['reconnect'])?.['attempt']) &&
        (frame['account'] === null || typeof record(frame['account'])?.['phoneNumber'] === 'string')
      );
    case 'ack':
      return isCount(frame['seq']);
    case 'command':
      return typeof frame['id'] === 'string' && isCommand(record(frame['command']));
    case 'refused':
      return typeof frame['code'] === 'string';
    default:
      return false;
  }
}

/** A kind that is not known is answered as such, so it passes here. */
function isCommand(command: Record<string, unknown> | null): boolean {
  switch (command?.['kind']) {
    case 'message.send':
      return (
        typeof command['waMessageId'] === 'string' &&
        typeof command['chatId'] === 'string' &&
        typeof record(command['content'])?.['body'] === 'string' &&
        typeof command['notAfter'] === 'number'
      );
    case 'message.send_content':
      return (
        typeof command['waMessageId'] === 'string' &&
        typeof command['chatId'] === 'string' &&
        typeof command['type'] === 'string' &&
        typeof command['body'] === 'string' &&
        isNullable(command['content'], isContent) &&
        isTextList(command['mentions']) &&
        isNullable(command['stageId'], isText) &&
        isNullable(command['quoted'], isMessageKey) &&
        typeof command['notAfter'] === 'number'
      );
    case 'message.send_poll':
      return (
        isText(command['waMessageId']) &&
        isText(command['chatId']) &&
        isText(command['question']) &&
        isTextList(command['options']) &&
        isNullable(command['quoted'], isMessageKey) &&
        typeof command['notAfter'] === 'number'
      );
    case 'message.change':
      return (
        typeof command['chatId'] === 'string' &&
        isMessageKey(command['target']) &&
        isChange(record(command['change'])) &&
        typeof command['notAfter'] === 'number'
      );
    case 'media.stage':
      return isText(command['stageId']) && isCount(command['offset']) && isText(command['data']);
    case 'media.fetch':
      return (
        isText(command['fetchId']) &&
        isMessageKey(command['key']) &&
        isCount(command['maxBytes']) &&
        isCount(command['timeoutMs'])
      );
    case 'media.read':
      return isText(command['fetchId']) && isCount(command['offset']);
    case 'media.drop':
      return isText(command['fetchId']);
    case 'page.read':
      return isText(record(command['read'])?.['name']);
    case 'page.act':
      return isText(record(command['act'])?.['name']) && typeof command['notAfter'] === 'number';
    case 'chat.state':
      return isText(command['chatId']) && isText(command['state']);
    case 'chat.seen':
      return isText(command['chatId']);
    case 'message.find':
      return typeof command['waMessageId'] === 'string' && typeof command['chatId'] === 'string';
    case 'messages.backfill':
      return (
        typeof command['outageId'] === 'string' &&
        isCount(command['since']) &&
        Array.isArray(command['chats']) &&
        command['chats'].every(isChatWindow)
      );
    case 'session.pairing_code':
      return typeof command['phoneNumber'] === 'string';
    default:
      return typeof command?.['kind'] === 'string';
  }
}

function isChatWindow(value: unknown): boolean {
  const window = record(value);
  return typeof window?.['chatId'] === 'string' && isCount(window['since']);
}

function isChange(change: Record<string, unknown> | null): boolean {
  switch (change?.['type']) {
    case 'reaction':
      return isText(change['emoji']);
    case 'edit':
      return isText(change['body']) && isTextList(change['mentions']);
    default:
      return change?.['type'] === 'revoke';
  }
}

/** As far as a send relies on it; what else it holds is text that the page is given. */
function isContent(value: unknown): boolean {
  const content = record(value);
  switch (content?.['kind']) {
    case 'media':
      return isText(content['mimeType']) && isCount(content['sizeBytes']);
    case 'location':
      return typeof content['latitude'] === 'number' && typeof content['longitude'] === 'number';
    case 'contacts':
      return Array.isArray(content['cards']);
    default:
      return false;
  }
}

function isMessageKey(value: unknown): boolean {
  const key = record(value);
  return isText(key?.['id']) && isText(key?.['chatId']) && typeof key?.['fromMe'] === 'boolean';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isNullable(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === null || is(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
