import type { Change } from '../content';
import type { FaultSwitch } from '../faults/fault-switch';
import type { Ack, Delivery, ServerFrame } from '../protocol';
import { type Conversations, isGroup } from './conversations';
import type { DeviceConnections } from './device-connections';
import type { Directory } from './directory';
import type { Groups } from './groups';
import type { Device, Message, MessageChange, Ref, User } from './network-state';
import { Refusal } from './refusal';
import type { Timers } from './timers';
import { Wire } from './wire';

/** A phone on a good network: a message shows after 5 ms, and is read 10 ms later by those who read at once. */
const phoneDeliveryMs = 5;
const phoneReadingMs = 10;

/** A message as its sender makes it. */
export type Draft = Pick<Message, 'id' | 'to' | 'content' | 'timestamp'> &
  Partial<Pick<Message, 'quotedId' | 'mentions' | 'forwardingScore'>>;

/** The linked device that something came from, and whether its page had sent the same before without an answer. */
export interface Origin {
  device: Device;
  isRepeat: boolean;
}

/** Which message a change is about. */
export interface Place {
  chat: string;
  targetId: string;
}

interface Parts {
  directory: Directory;
  groups: Groups;
  conversations: Conversations;
  connections: DeviceConnections;
  faults: FaultSwitch;
  timers: Timers;
  now: () => number;
  changed: () => void;
}

/** Brings messages and what becomes of them to phones and linked devices, and acks back to the sender's devices. */
export class MessageDelivery {
  constructor(private readonly parts: Parts) {}

  /**
   * Takes a message from a phone or a linked device. A second message of one id by one sender is counted and goes
   * no further, as a receiver would drop it.
   * @param origin absent for the phone
   * @param also who else gets it, beside those who are in the chat now
   * @throws Refusal `unknown_user`, `unknown_group`, `not_a_member`
   */
  accept(sender: User, draft: Draft, origin?: Origin, also: readonly string[] = []): void {
    const { conversations, now } = this.parts;
    const receivers = [...new Set([...this.othersIn(sender, draft.to), ...also])];
    const ref = { from: sender.number, id: draft.id };
    conversations.countSend({ ...ref, to: draft.to }, origin?.isRepeat ?? false);
    this.parts.changed();
    if (conversations.message(ref)) return;

    const message: Message = {
      mentions: [],
      forwardingScore: 0,
      ...draft,
      from: sender.number,
      ack: 1,
      receipts: Object.fromEntries(receivers.map((number) => [number, 1 as const])),
      receivedAt: now(),
      changes: [],
    };
    conversations.add(message, receivers);
    this.deliver({ message }, [sender.number, ...receivers], origin?.device);
    for (const number of receivers) this.reachPhone(message, this.parts.directory.get(number));
  }

  /**
   * Takes an edit, a revoke, a reaction or a vote. A repeat of one id changes nothing.
   * @throws Refusal `unknown_message`, `not_allowed`, `unknown_group`, `not_a_member`
   */
  change(by: User, place: Place, change: Change, id: string, origin?: Origin): void {
    const { conversations, now } = this.parts;
    const others = this.othersIn(by, place.chat);
    this.countChange(by, place, change, id, origin?.isRepeat ?? false);
    const messages = conversations.at(by.number, place.chat)?.messages ?? [];
    const message = messages.findLast((one) => one.id === place.targetId);
    if (!message) throw new Refusal('unknown_message', `There is no message ${place.targetId} in this chat.`);
    this.mayChange(by, message, change);
    if (conversations.change({ from: by.number, id })) return;
    const made: MessageChange = { from: by.number, id, at: now(), change };
    conversations.addChange(message, made);
    this.parts.changed();
    this.deliver({ message, change: made }, [by.number, ...others], origin?.device);
  }

  /** A change has come from a phone or a linked device, whatever becomes of it. */
  countChange(by: User, { chat, targetId }: Place, { kind }: Change, id: string, isRepeat: boolean): void {
    const send = { from: by.number, id, to: chat, change: { kind, targetId } };
    this.parts.conversations.countSend(send, isRepeat);
    this.parts.changed();
  }

  /** Everything that waits for this phone reaches it. */
  phoneIsOnline(user: User): void {
    for (const conversation of this.parts.conversations.of(user.number)) {
      for (const message of conversation.messages) {
        const reached = message.receipts[user.number];
        if (reached !== undefined && reached < 3) this.reachPhone(message, user);
      }
    }
  }

  /** A linked device has the message or the change in its profile. */
  confirmReceipt(user: User, device: Device, ref: Ref): void {
    const index = device.pending.findIndex((one) => one.from === ref.from && one.id === ref.id);
    if (index < 0) return;
    device.pending.splice(index, 1);
    this.parts.changed();
    const message = this.parts.conversations.message(ref);
    if (message && message.from !== user.number) this.raiseAck(message, user.number, 2);
  }

  /** The user has read all of a chat, on whatever device. */
  read(user: User, chat: string): void {
    const conversation = this.parts.conversations.at(user.number, chat);
    if (!conversation) return;
    conversation.unread[user.number] = 0;
    this.parts.changed();
    const reached = (one: Message) => one.receipts[user.number];
    const inbound = conversation.messages.filter((one) => reached(one) !== undefined);
    const firstUnread = inbound.findLastIndex((one) => (reached(one) ?? 0) >= 3) + 1;
    for (const message of inbound.slice(firstUnread)) this.raiseAck(message, user.number, 3);
  }

  /** What the device has not confirmed, oldest first. */
  pendingOf(user: User, device: Device): Delivery[] {
    const { conversations } = this.parts;
    const wire = this.wireOf(user);
    return device.pending.flatMap((ref) => {
      const message = conversations.message(ref);
      const found = message ? { message } : conversations.change(ref);
      return found ? [wire.delivery(found, device)] : [];
    });
  }

  /** Everybody else who gets what the sender writes there. */
  private othersIn(sender: User, chat: string): string[] {
    if (!isGroup(chat)) return [this.parts.directory.get(chat).number];
    const { participants } = this.parts.groups.getOf(sender.number, chat);
    return participants.map(({ number }) => number).filter((number) => number !== sender.number);
  }

  private mayChange(by: User, message: Message, { kind }: Change): void {
    const isOwn = message.from === by.number;
    const isAdmin = () =>
      isGroup(message.to) &&
      this.parts.groups.get(message.to).participants.some((one) => one.number === by.number && one.isAdmin);
    const isAllowed = kind === 'edit' ? isOwn : kind === 'revoke' ? isOwn || isAdmin() : true;
    if (!isAllowed) throw new Refusal('not_allowed', `${by.number} may not ${kind} this message.`);
  }

  private deliver(
    found: { message: Message; change?: MessageChange },
    owners: readonly string[],
    except: Device | undefined,
  ): void {
    const { from, id } = found.change ?? found.message;
    for (const owner of new Set(owners)) {
      const user = this.parts.directory.get(owner);
      const wire = this.wireOf(user);
      for (const device of user.devices) {
        if (device === except) continue;
        device.pending.push({ from, id });
        this.parts.connections.sendLive(device, wire.delivery(found, device));
      }
    }
  }

  private reachPhone(message: Message, receiver: User): void {
    if (!receiver.phoneOnline) return;
    const { conversations, timers } = this.parts;
    timers.after(phoneDeliveryMs, () => {
      this.raiseAck(message, receiver.number, 2);
      // Whoever has linked devices reads there or by hand, so that a device's own "seen" can be observed.
      if (receiver.reads === 'never' || receiver.devices.length > 0) return;
      timers.after(phoneReadingMs, () => {
        const conversation = conversations.at(message.from, message.to);
        if (conversation) conversation.unread[receiver.number] = 0;
        this.raiseAck(message, receiver.number, 3);
      });
    });
  }

  /** A message of a group has come as far as it has with everybody. */
  private raiseAck(message: Message, receiver: string, ack: 2 | 3): void {
    if ((message.receipts[receiver] ?? 4) >= ack) return;
    message.receipts[receiver] = ack;
    this.parts.changed();
    const everywhere = Math.min(...Object.values(message.receipts)) as 1 | 2 | 3;
    if (everywhere <= message.ack) return;
    message.ack = everywhere;
    this.tellSender(message, everywhere);
  }

  private tellSender(message: Message, ack: Ack): void {
    const { connections, directory, faults, timers } = this.parts;
    const mode = faults.of(message.from).ackMode;
    if (mode === 'none') return;
    const frame: ServerFrame = { kind: 'ack', id: message.id, ack };
    const tell = () => {
      for (const device of directory.get(message.from).devices) connections.sendLive(device, frame);
    };
    if (typeof mode === 'object') timers.after(mode.delayMs, tell);
    else tell();
  }

  private wireOf(user: User): Wire {
    return new Wire(this.parts.directory, this.parts.groups, user);
  }
}
