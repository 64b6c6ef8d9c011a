import type { Command, CommandResult } from '@wafleet/contracts';
import { ChatQueues } from '../chat-queues';
import type { OutgoingMessage, WhatsappChats } from '../whatsapp/whatsapp-chats';
import { failed, refused } from './results';
import { StagedMedia } from './staged-media';

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
type Work = (chats: WhatsappChats) => Promise<CommandResult>;
type SendCommand =
  CommandOf<'message.send'> | CommandOf<'message.send_content'> | CommandOf<'message.send_poll'>;

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
    return this.inTurn(command.chatId, (chats) => this.sendNow(chats, command));
  }

  /** As send(), for what is said of a message that is there. */
  change(command: CommandOf<'message.change'>): Promise<CommandResult> {
    return this.inTurn(command.chatId, (chats) => this.changeNow(chats, command));
  }

  /** After the sends of its chat that were asked for before: what is still to be sent is not absent. */
  find(command: CommandOf<'message.find'>): Promise<CommandResult> {
    return this.inTurn(command.chatId, (chats) => this.findNow(chats, command));
  }

  stage(command: CommandOf<'media.stage'>): CommandResult {
    if (this.staged.add(command)) return { ok: true, value: {} };
    return refused('media_missing', 'the parts of the media do not fit together, or are too much');
  }

  /** What is shown in a chat without a message. */
  show(command: CommandOf<'chat.state'> | CommandOf<'chat.seen'>): Promise<CommandResult> {
    return this.whileConnected((chats) => showNow(chats, command));
  }

  private inTurn(chatId: string, work: Work): Promise<CommandResult> {
    return this.queues.run(chatId, () => this.whileConnected(work));
  }

  private async whileConnected(work: Work): Promise<CommandResult> {
    const chats = this.options.chats();
    return chats ? work(chats) : refused('not_connected', 'the session is not connected');
  }

  private async findNow(chats: WhatsappChats, command: CommandOf<'message.find'>): Promise<CommandResult> {
    try {
      // The page may keep the chat, and so the message, under another id than the one we know it by.
      const chatId = await chats.findChat(command.chatId);
      const found =
        chatId === null
          ? null
          : await chats.findOwnMessage(chatId, command.waMessageId, command.since ?? null);
      return { ok: true, value: { found: found !== null, ack: found?.ack ?? null } };
    } catch (error) {
      return failed(error, true);
    }
  }

  private async sendNow(chats: WhatsappChats, command: SendCommand): Promise<CommandResult> {
    const hindrance = this.staleness() ?? this.lateness(command.notAfter);
    if (hindrance) return hindrance;
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
    const stale = this.staleness();
    if (stale) return stale;
    try {
      await chats.send(chatId, message, command.waMessageId);
    } catch (error) {
      return failed(error, false);
    }
    // The page has it. How far it gets is told by its acks.
    return { ok: true, value: { ack: 0 } };
  }

  private async changeNow(
    chats: WhatsappChats,
    command: CommandOf<'message.change'>,
  ): Promise<CommandResult> {
    const hindrance = this.staleness() ?? this.lateness(command.notAfter);
    if (hindrance) return hindrance;
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
    const stale = this.staleness();
    if (stale) return stale;
    try {
      await chats.change(messageId, command.change);
      return { ok: true, value: {} };
    } catch (error) {
      return failed(error, false);
    }
  }

  /** Asked again right before the act, because looking takes time. */
  private staleness(): CommandResult | null {
    return this.options.isLinkStale() ? refused('link_stale', 'the link was away for too long') : null;
  }

  private lateness(notAfter: number): CommandResult | null {
    return this.options.now() > notAfter ? refused('too_late', 'the time to begin this is over') : null;
  }
}

async function showNow(
  chats: WhatsappChats,
  command: CommandOf<'chat.state'> | CommandOf<'chat.seen'>,
): Promise<CommandResult> {
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

/** Null where its bytes are not here. */
function outgoingOf(command: SendCommand, staged: StagedMedia): OutgoingMessage | null {
  const bare = { content: null, mentions: [], quotedId: null, data: null, hasLinkPreview: false };
  switch (command.kind) {
    case 'message.send':
      return { ...bare, ...command.content };
    case 'message.send_poll': {
      const { question, options, allowsMany } = command;
      return { ...bare, type: 'poll', body: question, content: { kind: 'poll', options, allowsMany } };
    }
    case 'message.send_content': {
      const { type, body, content, mentions, stageId, linkPreview: hasLinkPreview = false } = command;
      const message = { ...bare, type, body, content, mentions, hasLinkPreview };
      if (content?.kind !== 'media') return message;
      const data = stageId === null ? null : staged.take(stageId, content.sizeBytes ?? 0);
      return data === null ? null : { ...message, data };
    }
  }
}
