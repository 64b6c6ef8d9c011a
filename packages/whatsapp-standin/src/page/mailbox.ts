import type { Ack, WireAccount, WireChat, WireContact, WireMessage } from '../protocol';
import { ChatCollection, type ChatModel, newChat } from './models/chats';
import { ContactCollection } from './models/contacts';
import { MsgCollection, type MsgModel, messageFromWire } from './models/messages';
import { MsgKey } from './models/msg-key';
import { userWid } from './models/wid';

/** The chats, contacts and messages that the page holds, and how news from the server changes them. */
export class Mailbox {
  readonly messages = new MsgCollection();
  readonly chats = new ChatCollection();
  readonly contacts = new ContactCollection();

  /** Takes over what the server knows; messages that the page has already keep their model and learn their ack. */
  restore(account: WireAccount, contacts: readonly WireContact[], chats: readonly WireChat[]): void {
    for (const contact of contacts) this.contacts.learn(contact, contact.number === account.number);
    for (const chat of chats) {
      const model = this.chatWith(chat.number);
      for (const message of chat.messages) this.addOrUpdate(account, model, message, false);
      model.set({ unreadCount: chat.unreadCount });
    }
  }

  /** A message that the page was not told of before, from others or from the account's other devices. */
  receive(account: WireAccount, message: WireMessage): void {
    if (!message.fromMe) this.contacts.learn({ number: message.chat, name: message.notifyName }, false);
    const chat = this.chatWith(message.chat);
    const isNew = this.addOrUpdate(account, chat, message, true);
    if (isNew && !message.fromMe) chat.set({ unreadCount: chat.get('unreadCount') + 1 });
  }

  /** Older messages of a chat, put before those that the page has. */
  addEarlier(account: WireAccount, chat: ChatModel, messages: readonly WireMessage[]): MsgModel[] {
    const models = messages.map((message) => this.fromWire(account, message));
    const fresh = chat.msgs.addEarlier(models);
    for (const model of fresh) this.messages.add(model);
    return fresh;
  }

  addOwn(chat: ChatModel, message: MsgModel): void {
    chat.msgs.add(message);
    this.messages.add(message);
    chat.set({ t: message.get('t'), lastReceivedKey: message.id });
  }

  acked(chatNumber: string, id: string, ack: Ack): void {
    const key = new MsgKey({ fromMe: true, remote: userWid(chatNumber), id });
    raiseAck(this.messages.get(key), ack);
  }

  chatWith(number: string): ChatModel {
    const wid = userWid(number);
    const known = this.chats.get(wid);
    if (known) return known;
    const chat = newChat(wid, this.contacts.get(wid)?.get('name') ?? `+${number}`);
    this.chats.add(chat);
    return chat;
  }

  private addOrUpdate(account: WireAccount, chat: ChatModel, wire: WireMessage, isNewMsg: boolean): boolean {
    const message = this.fromWire(account, wire);
    const known = this.messages.get(message.id);
    if (known) {
      raiseAck(known, wire.ack);
      return false;
    }
    if (isNewMsg) message.set({ isNewMsg: true });
    chat.msgs.add(message);
    this.messages.add(message);
    chat.set({ t: wire.t, lastReceivedKey: message.id });
    return true;
  }

  private fromWire(account: WireAccount, wire: WireMessage): MsgModel {
    const quoted = wire.quotedId === undefined ? undefined : this.findInChat(wire.chat, wire.quotedId);
    return messageFromWire(wire, account, quoted);
  }

  private findInChat(number: string, id: string): MsgModel | undefined {
    const remote = userWid(number);
    return (
      this.messages.get(new MsgKey({ fromMe: true, remote, id })) ??
      this.messages.get(new MsgKey({ fromMe: false, remote, id }))
    );
  }
}

function raiseAck(message: MsgModel | undefined, ack: Ack): void {
  if (message && message.get('ack') < ack) message.set({ ack });
}
