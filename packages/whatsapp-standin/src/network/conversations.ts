import type { Conversation, Message, Send } from './network-state';

/** All messages of the network, by the two numbers that exchange them. */
export class Conversations {
  private readonly byMembers = new Map<string, Conversation>();
  private readonly messages = new Map<string, Message>();
  private readonly sends = new Map<string, Send>();

  constructor(conversations: Conversation[], sends: Send[]) {
    for (const conversation of conversations) {
      this.byMembers.set(membersKey(...conversation.members), conversation);
      for (const message of conversation.messages) this.messages.set(messageKey(message), message);
    }
    for (const send of sends) this.sends.set(messageKey(send), send);
  }

  all(): Conversation[] {
    return [...this.byMembers.values()];
  }

  allSends(): Send[] {
    return [...this.sends.values()];
  }

  of(number: string): Conversation[] {
    return this.all().filter((conversation) => conversation.members.includes(number));
  }

  between(one: string, other: string): Conversation | undefined {
    return this.byMembers.get(membersKey(one, other));
  }

  message(ref: { from: string; id: string }): Message | undefined {
    return this.messages.get(messageKey(ref));
  }

  timesReceived(ref: { from: string; id: string }): number {
    return this.sends.get(messageKey(ref))?.timesReceived ?? 0;
  }

  countSend(send: { id: string; from: string; to: string }): void {
    const known = this.sends.get(messageKey(send));
    if (known) known.timesReceived += 1;
    else this.sends.set(messageKey(send), { ...send, timesReceived: 1 });
  }

  add(message: Message): void {
    const conversation = this.between(message.from, message.to) ?? this.begin(message.from, message.to);
    conversation.messages.push(message);
    conversation.unread[message.to] = (conversation.unread[message.to] ?? 0) + 1;
    this.messages.set(messageKey(message), message);
  }

  private begin(one: string, other: string): Conversation {
    const conversation: Conversation = { members: [one, other], unread: {}, messages: [] };
    this.byMembers.set(membersKey(one, other), conversation);
    return conversation;
  }
}

export function otherMember(conversation: Conversation, number: string): string {
  const [one, other] = conversation.members;
  return one === number ? other : one;
}

const membersKey = (one: string, other: string) => [one, other].sort().join(' ');
const messageKey = (ref: { from: string; id: string }) => `${ref.from} ${ref.id}`;
