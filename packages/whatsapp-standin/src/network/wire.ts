import type {
  Delivery,
  WireAccount,
  WireChange,
  WireChat,
  WireContact,
  WireGroup,
  WireMessage,
} from '../protocol';
import { chatOf, isGroup } from './conversations';
import type { Directory } from './directory';
import type { Groups } from './groups';
import type { Conversation, Device, Group, Message, MessageChange, Ref, User } from './network-state';

/** What a page is told, made from what the network knows. */

export function wireAccount(user: User, deviceId: number): WireAccount {
  return { number: user.number, lid: user.lid, name: user.name, deviceId };
}

export function wireContact(user: User): WireContact {
  const { number, lid, name, addressedBy } = user;
  return { id: widOf(user), name, alias: addressedBy === 'hidden' ? undefined : { number, lid } };
}

/** What others call this user. */
export function widOf({ number, lid, addressedBy }: User): string {
  return addressedBy === 'number' ? `${number}@c.us` : `${lid}@lid`;
}

/** Translates for one user's pages: numbers into the ids that they know people by. */
export class Wire {
  constructor(
    private readonly directory: Directory,
    private readonly groups: Groups,
    private readonly viewer: User,
  ) {}

  /** A chat of the viewer, in the page's words. */
  chatId(chat: string): string {
    return isGroup(chat) ? chat : this.widOf(chat);
  }

  group(group: Group): WireGroup {
    const { id, subject, owner, createdAt, description } = group;
    const { onlyAdminsWrite, onlyAdminsEdit, onlyAdminsAdd } = group;
    const participants = group.participants.map(({ number, isAdmin }) => ({
      id: this.widOf(number),
      isAdmin,
    }));
    const settings = { onlyAdminsWrite, onlyAdminsEdit, onlyAdminsAdd };
    return { id, subject, description, ...settings, owner: this.widOf(owner), createdAt, participants };
  }

  /** @param isLater whether the device has yet to be told of a change */
  message(message: Message, isLater: (change: Ref) => boolean = () => false): WireMessage {
    const { id, content, timestamp, ack, quotedId, forwardingScore } = message;
    const changes = message.changes.filter((change) => !isLater(change));
    return {
      id,
      chat: this.chatId(this.chatOf(message)),
      sender: this.contact(message.from),
      fromMe: message.from === this.viewer.number,
      content:
        content.kind === 'gp2'
          ? { ...content, recipients: content.recipients.map((number) => this.widOf(number)) }
          : content,
      t: timestamp,
      ack,
      star: this.viewer.starred.some((one) => one.from === message.from && one.id === id),
      quotedId,
      mentions: message.mentions.map((number) => this.widOf(number)),
      forwardingScore,
      changes: changes.map((change) => this.change(message, change)),
    };
  }

  change(message: Message, { id, from, at, change }: MessageChange): WireChange {
    return {
      id,
      chat: this.chatId(this.chatOf(message)),
      sender: this.contact(from),
      fromMe: from === this.viewer.number,
      target: {
        id: message.id,
        fromMe: message.from === this.viewer.number,
        sender: this.widOf(message.from),
      },
      at,
      change,
    };
  }

  /** What a device receives, and confirms; changes that it has yet to receive come by themselves. */
  delivery({ message, change }: { message: Message; change?: MessageChange }, device: Device): Delivery {
    if (change) return { kind: 'change', change: this.change(message, change) };
    const isPending = ({ from, id }: Ref) => device.pending.some((one) => one.from === from && one.id === id);
    return { kind: 'message', message: this.message(message, isPending) };
  }

  /** The newest messages of a conversation, without what the device still has to receive. */
  chat(conversation: Conversation, device: Device, limit: number): WireChat {
    const pending = new Set(device.pending.map(refText));
    const isPending = (ref: Ref) => pending.has(refText(ref));
    const received = conversation.messages.filter((one) => !isPending(one));
    const unreadPending = conversation.messages.filter(
      (one) => one.from !== this.viewer.number && isPending(one),
    ).length;
    const chat = chatOf(conversation, this.viewer.number);
    const group = this.groups.find(chat);
    return {
      id: this.chatId(chat),
      name: group?.subject ?? this.contact(chat).name,
      unreadCount: Math.max((conversation.unread[this.viewer.number] ?? 0) - unreadPending, 0),
      settings: this.viewer.chatSettings[chat],
      group: group && this.group(group),
      messages: received.slice(-limit).map((one) => this.message(one, isPending)),
    };
  }

  private chatOf(message: Message): string {
    return isGroup(message.to) || message.from === this.viewer.number ? message.to : message.from;
  }

  private contact(number: string): WireContact {
    return wireContact(this.directory.get(number));
  }

  private widOf(number: string): string {
    return widOf(this.directory.get(number));
  }
}

const refText = ({ from, id }: Ref) => `${from} ${id}`;
