import type { Command, CommandResult, OutgoingType } from '@wafleet/contracts';
import { ChatQueues } from '../chat-queues';
import type { OutgoingMessage, WhatsappChats } from '../whatsapp/whatsapp-chats';
import { failed, refused } from './results';
import { StagedMedia } from './staged-media';

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
type SendCommand = CommandOf<'message.send'> | CommandOf<'message.send_content'>;

export interface OutboundOptions {
  /** While connected. */
  chats: () => WhatsappChats | null;
  /** No link for so long that another worker may have been started; nothing may begin. */
  isLinkStale: () => boolean;
  now: () => number;
}

/** Sends, changes and looks for messages of ours, one at a time per chat. */
export class Outbound {
  readonly queues = new ChatQueues();
  private readonly staged = new StagedMedia();

  constructor(private readonly options: OutboundOptions) {}

  /** Never rejects: the result tells what is certain. */
  send(command: SendCommand): Promise<CommandResult> {
    return this.queues.run(command.chatId, () => this.sendNow(command));
  }

  /** As send(), for what is said of a message that is there. */
  change(command: CommandOf<'message.change'>): Promise<CommandResult> {
    return this.queues.run(command.chatId, () => this.changeNow(command));
  }

  /** After the sends of its chat that were asked for before: what is still to be sent is not absent. */
  find(command: CommandOf<'message.find'>): Promise<CommandResult> {
    return this.queues.run(command.chatId, () => this.findNow(command));
  }

  stage(command: CommandOf<'media.stage'>): CommandResult {
    if (this.staged.add(command)) return { ok: true, value: {} };
    return refused('media_missing', 'the parts of the media do not fit together, or are too much');
  }

  /** What is shown in a chat without a message. */
  async show(command: CommandOf<'chat.state'> | CommandOf<'chat.seen'>): Promise<CommandResult> {
    const chats = this.options.chats();
    if (!chats) return refused('not_connected', 'the session is not connected');
    try {
      const chatId = await chats.findChat(command.chatId);
      if (chatId === null) return refused('invalid_recipient', 'WhatsApp has no such recipient');
      if (command.kind === 'chat.seen') await chats.markSeen(chatId);
      else await chats.showState(chatId, command.state);
      return { ok: true, value: {} };
    } catch (error) {
      return failed(error, true);
    }
  }

  private async findNow(command: CommandOf<'message.find'>): Promise<CommandResult> {
    const chats = this.options.chats();
    if (!chats) return refused('not_connected', 'the session is not connected');
    try {
      // The page may keep the chat, and so the message, under another id than the one we know it by.
      const chatId = await chats.findChat(command.chatId);
      const found = chatId === null ? null : await chats.findOwnMessage(chatId, command.waMessageId);
      return { ok: true, value: { found: found !== null, ack: found?.ack ?? null } };
    } catch (error) {
      return failed(error, true);
    }
  }

  private async sendNow(command: SendCommand): Promise<CommandResult> {
    const chats = this.options.chats();
    const hindrance = this.hindrance(command.notAfter);
    if (!chats || hindrance) return hindrance ?? refused('not_connected', 'the session is not connected');
    const message = outgoingOf(command, this.staged);
    if (!message) return refused('media_missing', 'the bytes to be sent are not here');
    let chatId: string | null;
    try {
      chatId = await chats.findChat(command.chatId);
      if (chatId !== null && 'quoted' in command && command.quoted !== null) {
        message.quotedId = await chats.findMessage(chatId, command.quoted);
        if (message.quotedId === null) return refused('target_missing', 'the answered message is not there');
      }
    } catch (error) {
      return failed(error, true);
    }
    if (chatId === null) return refused('invalid_recipient', 'WhatsApp has no such recipient');
    if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
    try {
      await chats.send(chatId, message, command.waMessageId);
    } catch (error) {
      return failed(error, false);
    }
    // A page that can't be asked any more has sent it all the same; acks tell the rest.
    const sent = await chats.findOwnMessage(chatId, command.waMessageId).catch(() => null);
    return { ok: true, value: { ack: sent?.ack ?? 0 } };
  }

  private async changeNow(command: CommandOf<'message.change'>): Promise<CommandResult> {
    const chats = this.options.chats();
    const hindrance = this.hindrance(command.notAfter);
    if (!chats || hindrance) return hindrance ?? refused('not_connected', 'the session is not connected');
    let messageId: string | null;
    try {
      const chatId = await chats.findChat(command.chatId);
      messageId = chatId === null ? null : await chats.findMessage(chatId, command.target);
      if (messageId === null) return refused('target_missing', 'the message is not there');
      if (!(await chats.mayChange(messageId, command.change.type)))
        return refused('not_allowed', 'WhatsApp does not allow this any more');
    } catch (error) {
      return failed(error, true);
    }
    if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
    try {
      await chats.change(messageId, command.change);
      return { ok: true, value: {} };
    } catch (error) {
      return failed(error, false);
    }
  }

  /** Why nothing may begin now. */
  private hindrance(notAfter: number): CommandResult | null {
    if (!this.options.chats()) return refused('not_connected', 'the session is not connected');
    if (this.options.isLinkStale()) return refused('link_stale', 'the link was away for too long');
    if (this.options.now() > notAfter) return refused('too_late', 'the time to begin this is over');
    return null;
  }
}

/** Null where its bytes are not here. */
function outgoingOf(command: SendCommand, staged: StagedMedia): OutgoingMessage | null {
  if (command.kind === 'message.send')
    return { ...plain('text', command.content.body), content: null, mentions: [], data: null };
  const { type, body, content, mentions, stageId } = command;
  const data =
    stageId === null || content?.kind !== 'media' ? null : staged.take(stageId, content.sizeBytes ?? 0);
  if (content?.kind === 'media' && data === null) return null;
  return { ...plain(type, body), content, mentions, data };
}

const plain = (type: OutgoingType, body: string) => ({ type, body, quotedId: null });
