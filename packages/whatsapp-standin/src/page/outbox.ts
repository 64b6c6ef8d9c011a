import type { ChatModel } from './models/chats';
import { contentOf } from './models/message-content';
import { MsgModel, type MsgAttributes } from './models/messages';
import type { Mailbox } from './mailbox';
import type { ProfileStore } from './profile-store';
import { NoAnswer, type ServerLink, ServerRefusal } from './server-link';

export interface SendResult {
  messageSendResult: 'OK' | 'ERROR_UNKNOWN';
  t: number;
  count: null;
}

interface Unsent {
  message: MsgModel;
  settle: (result: SendResult) => void;
  /** The connection on which it was sent last: it is not repeated on one and the same. */
  connection: number;
}

interface Parts {
  mailbox: Mailbox;
  profile: ProfileStore;
  link: ServerLink;
}

/**
 * What the account writes in this page. A message shows at once with ack 0; it goes out when there is a connection,
 * and waits for the next one where there is none. A server that says nothing leaves it at ack 0.
 */
export class Outbox {
  private readonly unsent = new Set<Unsent>();
  /** Chats that were read here, which the server has not been told yet. */
  private readonly readChats = new Set<string>();
  private isConnected = false;
  /** How many connections there were so far. */
  private connection = 0;

  constructor(private readonly parts: Parts) {}

  /** @returns the message, once it shows; and what became of it, once the server has said so */
  addAndSend(chat: ChatModel, attributes: MsgAttributes): [Promise<MsgModel>, Promise<SendResult>] {
    const message = new MsgModel(attributes);
    const result = new Promise<SendResult>((settle) => {
      const unsent = { message, settle, connection: 0 };
      this.unsent.add(unsent);
      void this.send(unsent);
    });
    return [this.show(chat, message), result];
  }

  connected(): void {
    this.isConnected = true;
    this.connection += 1;
    for (const unsent of this.unsent) void this.send(unsent);
    for (const chat of this.readChats) void this.tellRead(chat);
  }

  /** The chat was read; the other side learns it now or with the next connection. */
  markRead(chat: ChatModel): void {
    chat.set({ unreadCount: 0 });
    this.readChats.add(chat.id.toString());
    void this.tellRead(chat.id.toString());
  }

  disconnected(): void {
    this.isConnected = false;
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

  private async send(unsent: Unsent): Promise<void> {
    const { connection } = this;
    if (!this.isConnected || unsent.connection === connection) return;
    unsent.connection = connection;
    const counter = await this.parts.profile.nextCounter();
    if (!this.isConnected || this.connection !== connection) return;
    const { message, settle } = unsent;
    const t = message.get('t');
    try {
      await this.parts.link.call({ method: 'send', counter, message: toWire(message) });
      if (message.get('ack') < 1) message.set({ ack: 1 });
      settle({ messageSendResult: 'OK', t, count: null });
    } catch (error) {
      if (error instanceof NoAnswer) return;
      if (!(error instanceof ServerRefusal)) throw error;
      message.set({ ack: -1 });
      settle({ messageSendResult: 'ERROR_UNKNOWN', t, count: null });
    }
    this.unsent.delete(unsent);
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
