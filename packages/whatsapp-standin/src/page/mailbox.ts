import type {
  Ack,
  WireAccount,
  WireChange,
  WireChat,
  WireChatSettings,
  WireContact,
  WireGroup,
  WireMessage,
} from '../protocol';
import { Changes } from './changes';
import { ChatCollection, type ChatModel, newChat } from './models/chats';
import { ContactCollection } from './models/contacts';
import { GroupMetadataCollection } from './models/groups';
import { MsgCollection, type MsgModel, messageFromWire } from './models/messages';
import { Wid, createWid, userWid } from './models/wid';

/** The chats, contacts and messages that the page holds, and how news from the server changes them. */
export class Mailbox {
  readonly messages = new MsgCollection();
  readonly chats = new ChatCollection();
  readonly contacts = new ContactCollection();
  readonly groups = new GroupMetadataCollection();
  /** People whom the account blocks, by their ids. */
  readonly blocked = new Set<string>();
  /** How the server is told that a chat is mute; set by the page. */
  tellMute: (chat: Wid, expiration: number) => Promise<void> = async () => undefined;
  private account: WireAccount | undefined;
  readonly changes = new Changes((change) => this.targetOf(change));
  /** By the id that the sender chose. One chat may go by two names, and one id is hardly ever two messages'. */
  private readonly byOwnId = new Map<string, MsgModel[]>();

  /** Takes over what the server knows; messages that the page has already keep their model and learn their ack. */
  restore(
    account: WireAccount,
    contacts: readonly WireContact[],
    chats: readonly WireChat[],
    blocked: readonly string[],
  ): void {
    this.account = account;
    this.blocked.clear();
    for (const id of blocked) this.blocked.add(id);
    for (const contact of contacts) this.contacts.learn(contact, isMe(contact, account));
    for (const chat of chats) {
      if (chat.group) this.learnGroup(chat.group);
      const model = this.chatWith(chat.id);
      for (const message of chat.messages) this.addOrUpdate(account, model, message, false);
      model.set({ unreadCount: chat.unreadCount });
      if (chat.settings) showSettings(model, chat.settings);
    }
  }

  /** A message that the page was not told of before, from others or from the account's other devices. */
  receive(account: WireAccount, message: WireMessage): void {
    this.contacts.learn(message.sender, message.fromMe);
    const chat = this.chatWith(message.chat);
    const isNew = this.addOrUpdate(account, chat, message, true);
    if (isNew && !message.fromMe && message.content.kind !== 'gp2') {
      chat.set({ unreadCount: chat.get('unreadCount') + 1 });
    }
  }

  changed(account: WireAccount, change: WireChange): void {
    this.contacts.learn(change.sender, change.fromMe);
    this.changes.apply(account, change);
  }

  learnGroup(group: WireGroup): void {
    const groupMetadata = this.groups.learn(group);
    const { subject } = group;
    this.chatWith(group.id).set({ name: subject, formattedTitle: subject, groupMetadata });
  }

  /** Older messages of a chat, put before those that the page has. */
  addEarlier(account: WireAccount, chat: ChatModel, messages: readonly WireMessage[]): MsgModel[] {
    const models = messages.map((message) => this.fromWire(account, message));
    const fresh = chat.msgs.addEarlier(models);
    for (const model of fresh) {
      this.remember(model);
      this.messages.add(model);
    }
    for (const { changes } of messages) for (const change of changes) this.changes.apply(account, change);
    return fresh;
  }

  addOwn(chat: ChatModel, message: MsgModel): void {
    this.remember(message);
    chat.msgs.add(message);
    this.messages.add(message);
    chat.set({ t: message.get('t'), lastReceivedKey: message.id });
  }

  /** A message is deleted in this page alone; with the page's next load it is there again. */
  remove(chat: ChatModel, message: MsgModel): void {
    const { id } = message.id;
    const others = this.byOwnId.get(id)?.filter((one) => one !== message) ?? [];
    this.byOwnId.set(id, others);
    chat.msgs.remove(message);
    this.messages.remove(message);
  }

  /** @param chat of any kind; nobody is an admin but in a group */
  isAdmin(account: WireAccount, chat: Wid): boolean {
    const me = [userWid(account.number), new Wid(account.lid, 'lid')];
    const participants = this.groups.get(chat)?.get('participants').getModelsArray() ?? [];
    return participants.some(({ id, isAdmin }) => isAdmin && me.some((wid) => wid.equals(id)));
  }

  /** @param id of an own message */
  acked(id: string, ack: Ack): void {
    raiseAck(
      this.byOwnId.get(id)?.find((message) => message.id.fromMe),
      ack,
    );
  }

  /** @param id of a person or group */
  chatWith(id: string): ChatModel {
    const wid = createWid(id);
    const known = this.chats.get(wid);
    if (known) return known;
    const title = this.contacts.get(wid)?.get('name') ?? (wid.isLid() ? id : `+${wid.user}`);
    const chat = newChat(wid, title, {
      setMute: (expiration) => this.tellMute(wid, expiration),
      isOwnAdmin: () => this.account !== undefined && this.isAdmin(this.account, wid),
    });
    this.chats.add(chat);
    return chat;
  }

  private addOrUpdate(account: WireAccount, chat: ChatModel, wire: WireMessage, isNewMsg: boolean): boolean {
    const message = this.fromWire(account, wire);
    const known = this.messages.get(message.id);
    if (known) {
      raiseAck(known, wire.ack);
    } else {
      if (isNewMsg) message.set({ isNewMsg: true });
      this.remember(message);
      this.changes.applyEarly(account, message);
      chat.msgs.add(message);
      this.messages.add(message);
      chat.set({ t: wire.t, lastReceivedKey: message.id });
    }
    for (const change of wire.changes) this.changes.apply(account, change);
    return !known;
  }

  private remember(message: MsgModel): void {
    const { id } = message.id;
    this.byOwnId.set(id, [...(this.byOwnId.get(id) ?? []), message]);
  }

  private fromWire(account: WireAccount, wire: WireMessage): MsgModel {
    const quoted = wire.quotedId === undefined ? undefined : this.byOwnId.get(wire.quotedId)?.[0];
    return messageFromWire(wire, account, quoted);
  }

  private targetOf({ target }: WireChange): MsgModel | undefined {
    return this.byOwnId.get(target.id)?.find((message) => message.id.fromMe === target.fromMe);
  }
}

function showSettings(chat: ChatModel, settings: WireChatSettings): void {
  const { archived, pinned, mutedUntil, markedUnread } = settings;
  chat.set({ archive: archived, pin: pinned ? 1 : 0 });
  chat.get('mute').expiration = mutedUntil;
  if (markedUnread) chat.set({ unreadCount: -1 });
}

function isMe({ alias }: WireContact, account: WireAccount): boolean {
  return alias?.number === account.number;
}

function raiseAck(message: MsgModel | undefined, ack: Ack): void {
  if (message && message.get('ack') < ack) message.set({ ack });
}
