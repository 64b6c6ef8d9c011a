import type { Command, CommandErrorCode, CommandResult } from '@wafleet/contracts';
import { DeadlineError } from '@wafleet/runtime';
import { ChatQueues } from '../chat-queues';
import { PageError, type WhatsappClient } from '../whatsapp/whatsapp-client';

type SendCommand = Extract<Command, { kind: 'message.send' }>;
type FindCommand = Extract<Command, { kind: 'message.find' }>;

export interface OutboundOptions {
  /** The client while connected. */
  client: () => WhatsappClient | null;
  /** No link for so long that another worker may have been started; nothing may begin. */
  isLinkStale: () => boolean;
  now: () => number;
}

/** Sends and looks for messages of ours, one at a time per chat. */
export class Outbound {
  readonly queues = new ChatQueues();

  constructor(private readonly options: OutboundOptions) {}

  /** Never rejects: the result tells what is certain. */
  send(command: SendCommand): Promise<CommandResult> {
    return this.queues.run(command.chatId, () => this.sendNow(command));
  }

  /** After the sends of its chat that were asked for before: what is still to be sent is not absent. */
  find(command: FindCommand): Promise<CommandResult> {
    return this.queues.run(command.chatId, () => this.findNow(command));
  }

  private async findNow(command: FindCommand): Promise<CommandResult> {
    const client = this.options.client();
    if (!client) return refused('not_connected', 'the session is not connected');
    try {
      // The page may keep the chat, and so the message, under another id than the one we know it by.
      const chatId = await client.findChat(command.chatId);
      const found = chatId === null ? null : await client.findOwnMessage(chatId, command.waMessageId);
      return { ok: true, value: { found: found !== null, ack: found?.ack ?? null } };
    } catch (error) {
      return failed(error, true);
    }
  }

  private async sendNow(command: SendCommand): Promise<CommandResult> {
    const client = this.options.client();
    if (!client) return refused('not_connected', 'the session is not connected');
    if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
    if (this.options.now() > command.notAfter)
      return refused('too_late', 'the time to begin this send is over');
    let chatId: string | null;
    try {
      chatId = await client.findChat(command.chatId);
    } catch (error) {
      return failed(error, true);
    }
    if (chatId === null) return refused('invalid_recipient', 'WhatsApp has no such recipient');
    if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
    try {
      await client.sendText(chatId, command.content.body, command.waMessageId);
    } catch (error) {
      return failed(error, false);
    }
    // A page that can't be asked any more has sent it all the same; acks tell the rest.
    const sent = await client.findOwnMessage(chatId, command.waMessageId).catch(() => null);
    return { ok: true, value: { ack: sent?.ack ?? 0 } };
  }
}

function refused(code: CommandErrorCode, message: string): CommandResult {
  return { ok: false, code, message, nothingSent: true };
}

/** @param isBeforeSend the page was only asked a question */
function failed(error: unknown, isBeforeSend: boolean): CommandResult {
  if (!(error instanceof PageError)) throw error;
  return {
    ok: false,
    code: error.cause instanceof DeadlineError ? 'timed_out' : 'rejected',
    message: error.message.slice(0, 500),
    nothingSent: isBeforeSend || error.nothingSent,
  };
}
