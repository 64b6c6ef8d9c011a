import type { Conversation, Message, MessageChange, Ref, Send } from './network-state';

/** All messages of the network, by the two numbers that exchange them or by their group. */
export class Conversations {
  private readonly byPlace = new Map<string, Conversation>();
  private readonly messages = new Map<string, Message>();
  private readonly changes = new Map<string, { message: Message; change: MessageChange }>();
  private readonly sends = new Map<string, Send>();

  constructor(conversations: Conversation[], sends: Send[]) {
    for (const conversation of conversations) {
      this.byPlace.set(placeOf(conversation), conversation);
      for (const message of conversation.messages) this.remember(message);
    }
    for (const send of sends) this.sends.set(keyOf(send), send);
  }

  all(): Conversation[] {
    return [...this.byPlace.values()];
  }

  allSends(): Send[] {
    return [...this.sends.values()];
  }

  of(number: string): Conversation[] {
    return this.all().filter((conversation) => conversation.members.includes(number));
  }

  /** @param chat the other one's number, or a group */
  at(number: string, chat: string): Conversation | undefined {
    return this.byPlace.get(isGroup(chat) ? chat : pairKey(number, chat));
  }

  message(ref: Ref): Message | undefined {
    return this.messages.get(keyOf(ref));
  }

  change(ref: Ref): { message: Message; change: MessageChange } | undefined {
    return this.changes.get(keyOf(ref));
  }

  timesReceived(ref: Ref): number {
    return this.sends.get(keyOf(ref))?.timesReceived ?? 0;
  }

  countSend(send: Omit<Send, 'timesReceived' | 'timesRepeated'>, isRepeat: boolean): void {
    const known = this.sends.get(keyOf(send));
    // A repeat may be the first that arrives.
    if (!known) this.sends.set(keyOf(send), { ...send, timesReceived: 1, timesRepeated: 0 });
    else if (isRepeat) known.timesRepeated += 1;
    else known.timesReceived += 1;
  }

  /** @param receivers who gets it, beside the sender */
  add(message: Message, receivers: readonly string[]): void {
    const conversation = this.at(message.from, message.to) ?? this.begin(message);
    for (const number of receivers) {
      if (!conversation.members.includes(number)) conversation.members.push(number);
      // What a group tells of itself is nothing that somebody has to read.
      if (message.content.kind !== 'gp2') {
        conversation.unread[number] = (conversation.unread[number] ?? 0) + 1;
      }
    }
    conversation.messages.push(message);
    this.remember(message);
  }

  addChange(message: Message, change: MessageChange): void {
    message.changes.push(change);
    this.changes.set(keyOf(change), { message, change });
  }

  private remember(message: Message): void {
    this.messages.set(keyOf(message), message);
    for (const change of message.changes) this.changes.set(keyOf(change), { message, change });
  }

  private begin({ from, to }: Message): Conversation {
    const conversation: Conversation = isGroup(to)
      ? { group: to, members: [from], unread: {}, messages: [] }
      : { members: [from, to], unread: {}, messages: [] };
    this.byPlace.set(placeOf(conversation), conversation);
    return conversation;
  }
}

export const isGroup = (chat: string) => chat.endsWith('@g.us');

/** The chat as this member knows it: the other one's number, or the group. */
export function chatOf({ group, members }: Conversation, number: string): string {
  return group ?? members.find((member) => member !== number) ?? number;
}

function placeOf({ group, members }: Conversation): string {
  return group ?? pairKey(members[0] ?? '', members[1] ?? '');
}

const pairKey = (one: string, other: string) => [one, other].sort().join(' ');
const keyOf = (ref: Ref) => `${ref.from} ${ref.id}`;
