import type { Message } from '@wafleet/contracts';

/** A message without what people wrote in it: what becomes of it, and nothing that it says. */
export function withoutTexts(message: Message): Message {
  return { ...message, body: '', content: null, mentions: [], reactions: [], votes: [] };
}

/** @param readsTexts of who asks: see decision 123 */
export function shownTo(readsTexts: boolean, message: Message): Message {
  return readsTexts ? message : withoutTexts(message);
}
