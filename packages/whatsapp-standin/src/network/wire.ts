import type { WireAccount, WireChat, WireContact, WireMessage } from '../protocol';
import { otherMember } from './conversations';
import type { Conversation, Device, Message, User } from './network-state';

/** What a page is told, made from what the network knows. */

export function wireAccount(user: User, deviceId: number): WireAccount {
  return { number: user.number, lid: user.lid, name: user.name, deviceId };
}

export function wireContact(user: User): WireContact {
  return { number: user.number, name: user.name };
}

export function wireMessage(message: Message, viewer: string, sender: User): WireMessage {
  const fromMe = message.from === viewer;
  return {
    id: message.id,
    chat: fromMe ? message.to : message.from,
    fromMe,
    type: message.type,
    body: message.body,
    t: message.timestamp,
    ack: message.ack,
    notifyName: sender.name,
    quotedId: message.quotedId,
  };
}

/** The newest messages of a conversation, without those that the device still has to receive. */
export function wireChat(
  conversation: Conversation,
  viewer: string,
  device: Device,
  limit: number,
  senderOf: (number: string) => User,
): WireChat {
  const pending = new Set(device.pending.map((ref) => `${ref.from} ${ref.id}`));
  const received = conversation.messages.filter((one) => !pending.has(`${one.from} ${one.id}`));
  const unreadPending = device.pending.filter((ref) => ref.from === otherMember(conversation, viewer)).length;
  return {
    number: otherMember(conversation, viewer),
    unreadCount: Math.max((conversation.unread[viewer] ?? 0) - unreadPending, 0),
    messages: received.slice(-limit).map((one) => wireMessage(one, viewer, senderOf(one.from))),
  };
}
