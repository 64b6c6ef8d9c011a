import type { Command, MessageChange, OutgoingType } from '@wafleet/contracts';
import type { Attempt } from './begin-attempt';
import { isChange, type ChangeType } from '../change-type';

export type GivenCommand = Extract<
  Command,
  { kind: 'message.send' | 'message.send_content' | 'message.send_poll' | 'message.change' }
>;

/** The attempt is part of the id, because the worker remembers a refusal too. */
export function commandIdOf({ message, generation, number }: Attempt): string {
  return `${message.id}:${generation}:${number}`;
}

/** What the worker is asked to do; null where the message that it is about is gone. */
export function commandOf(attempt: Attempt): GivenCommand | null {
  const { message, waMessageId } = attempt;
  const { chatId, type, body, content, mentions, target, linkPreview } = message;
  const notAfter = message.expiresAt.getTime();
  if (isChange(type)) {
    return (
      target && { kind: 'message.change', chatId, target, change: changeOf(type, body, mentions), notAfter }
    );
  }
  if (waMessageId === null) throw new Error('a message without an id of our choice can not be sent');
  if (message.isAnswer && !target) return null;
  // A plain text is what every worker knows.
  if (type === 'text' && mentions.length === 0 && !target && !linkPreview)
    return { kind: 'message.send', waMessageId, chatId, content: { type, body }, notAfter };
  if (content?.kind === 'poll') {
    const { options, allowsMany } = content;
    const poll = { question: body, options, allowsMany, quoted: target };
    return { kind: 'message.send_poll', waMessageId, chatId, ...poll, notAfter };
  }
  return {
    kind: 'message.send_content',
    waMessageId,
    chatId,
    type: type as OutgoingType,
    body,
    content,
    mentions,
    stageId: message.media ? commandIdOf(attempt) : null,
    quoted: target,
    linkPreview,
    notAfter,
  };
}

function changeOf(type: ChangeType, body: string, mentions: string[]): MessageChange {
  switch (type) {
    case 'reaction':
      return { type, emoji: body };
    case 'edit':
      return { type, body, mentions };
    case 'revoke':
      return { type };
  }
}
