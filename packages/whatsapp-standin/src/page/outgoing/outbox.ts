import type { ChatModel } from '../models/chats';
import { contentOf } from '../models/message-content';
import { type MsgAttributes, type MsgModel, ownMessage } from '../models/messages';
import type { Mailbox } from '../mailbox';
import type { SendQueue } from './send-queue';
import { NoAnswer, type ServerLink } from '../connection/server-link';

export interface SendResult {
  messageSendResult: 'OK' | 'ERROR_UNKNOWN';
  t: number;
  count: null;
}

interface Parts {
  mailbox: Mailbox;
  queue: SendQueue;
  link: ServerLink;
}

/** What the account writes and reads in this page. A message shows at once with ack 0, until the server takes it. */
export class Outbox {
  /** Chats that were read here, which the server has not been told yet. */
  private readonly readChats = new Set<string>();

  constructor(private readonly parts: Parts) {}

  /** @returns the message, once it shows; and what became of it, once the server has said so */
  addAndSend(chat: ChatModel, attributes: MsgAttributes): [Promise<MsgModel>, Promise<SendResult>] {
    const message = ownMessage(attributes);
    const t = message.get('t');
    const result = new Promise<SendResult>((settle) => {
      this.parts.queue.add({
        call: (counter, isRepeat) => ({ method: 'send', counter, isRepeat, message: toWire(message) }),
        taken: () => {
          if (message.get('ack') < 1) message.set({ ack: 1 });
          settle({ messageSendResult: 'OK', t, count: null });
        },
        refused: () => {
          message.set({ ack: -1 });
          settle({ messageSendResult: 'ERROR_UNKNOWN', t, count: null });
        },
      });
    });
    return [this.show(chat, message), result];
  }

  connected(): void {
    for (const chat of this.readChats) void this.tellRead(chat);
  }

  /** The chat was read; the other side learns it now or with the next connection. */
  markRead(chat: ChatModel): void {
    chat.set({ unreadCount: 0 });
    this.readChats.add(chat.id.toString());
    void this.tellRead(chat.id.toString());
  }

  private async show(chat: ChatModel, message: MsgModel): Promise<MsgModel> {
    this.parts.mailbox.addOwn(chat, message);
    return message;
  }

  private async tellRead(chat: string): Promise<void> {
    try {
      await this.parts.link.call({ method: 'read', chat });
      this.readChats.delete(chat);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }
}

function toWire(message: MsgModel) {
  const quotedId = message.get('quotedStanzaID');
  return {
    id: message.id.id,
    to: message.get('to').toString(),
    content: contentOf(message.attributes),
    t: message.get('t'),
    ...(quotedId ? { quotedId } : {}),
    mentions: (message.get('mentionedJidList') ?? []).map((wid) => wid.toString()),
    forwardingScore: message.get('forwardingScore') ?? 0,
  };
}
