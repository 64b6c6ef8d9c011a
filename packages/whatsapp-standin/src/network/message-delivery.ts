import type { FaultSwitch } from '../faults/fault-switch';
import type { Ack, ServerFrame } from '../protocol';
import type { Conversations } from './conversations';
import type { DeviceConnections } from './device-connections';
import type { Directory } from './directory';
import type { Device, Message, User } from './network-state';
import type { Timers } from './timers';
import { wireMessage } from './wire';

/** A phone on a good network: a message shows after 5 ms, and is read 10 ms later by those who read at once. */
const phoneDeliveryMs = 5;
const phoneReadingMs = 10;

interface Parts {
  directory: Directory;
  conversations: Conversations;
  connections: DeviceConnections;
  faults: FaultSwitch;
  timers: Timers;
  now: () => number;
  changed: () => void;
}

/** Brings messages to phones and linked devices, and acks back to the sender's devices. */
export class MessageDelivery {
  constructor(private readonly parts: Parts) {}

  /**
   * Takes a message from a phone or a linked device. A second message of one id by one sender is counted and goes
   * no further, as a receiver would drop it.
   * @param device the linked device it came from; absent for the phone
   */
  accept(sender: User, sent: Omit<Message, 'from' | 'ack' | 'receivedAt'>, device?: Device): void {
    const { conversations, directory, now } = this.parts;
    const receiver = directory.get(sent.to);
    const ref = { from: sender.number, id: sent.id };
    conversations.countSend({ ...ref, to: sent.to });
    this.parts.changed();
    if (conversations.message(ref)) return;

    const message: Message = { ...sent, from: sender.number, ack: 1, receivedAt: now() };
    conversations.add(message);
    for (const copy of sender.devices) if (copy !== device) this.deliver(message, sender, sender, copy);
    for (const target of receiver.devices) this.deliver(message, sender, receiver, target);
    this.reachPhone(message, receiver);
  }

  /** Everything that waits for this phone reaches it. */
  phoneIsOnline(user: User): void {
    for (const conversation of this.parts.conversations.of(user.number)) {
      const inbound = conversation.messages.filter((one) => one.to === user.number);
      for (const message of inbound) if (message.ack < 3) this.reachPhone(message, user);
    }
  }

  /** A linked device has the message in its profile. */
  confirmReceipt(user: User, device: Device, ref: { from: string; id: string }): void {
    const index = device.pending.findIndex((one) => one.from === ref.from && one.id === ref.id);
    if (index < 0) return;
    device.pending.splice(index, 1);
    this.parts.changed();
    const message = this.parts.conversations.message(ref);
    if (message && message.to === user.number) this.raiseAck(message, 2);
  }

  /** The user has read all that the other one wrote, on whatever device. */
  read(user: User, otherNumber: string): void {
    const conversation = this.parts.conversations.between(user.number, otherNumber);
    if (!conversation) return;
    conversation.unread[user.number] = 0;
    this.parts.changed();
    const inbound = conversation.messages.filter((one) => one.to === user.number);
    const firstUnread = inbound.findLastIndex((one) => one.ack >= 3) + 1;
    for (const message of inbound.slice(firstUnread)) this.raiseAck(message, 3);
  }

  /** What the device has not confirmed, oldest first. */
  pendingOf(user: User, device: Device) {
    const { conversations, directory } = this.parts;
    return device.pending.flatMap((ref) => {
      const message = conversations.message(ref);
      return message ? [wireMessage(message, user.number, directory.get(message.from))] : [];
    });
  }

  private deliver(message: Message, sender: User, owner: User, device: Device): void {
    device.pending.push({ from: message.from, id: message.id });
    const frame: ServerFrame = { kind: 'message', message: wireMessage(message, owner.number, sender) };
    this.parts.connections.sendLive(device, frame);
  }

  private reachPhone(message: Message, receiver: User): void {
    if (!receiver.phoneOnline) return;
    const { conversations, timers } = this.parts;
    timers.after(phoneDeliveryMs, () => {
      this.raiseAck(message, 2);
      // Whoever has linked devices reads there or by hand, so that a device's own "seen" can be observed.
      if (receiver.reads === 'never' || receiver.devices.length > 0) return;
      timers.after(phoneReadingMs, () => {
        const conversation = conversations.between(message.from, message.to);
        if (conversation) conversation.unread[receiver.number] = 0;
        this.raiseAck(message, 3);
      });
    });
  }

  private raiseAck(message: Message, ack: 2 | 3): void {
    if (message.ack >= ack) return;
    message.ack = ack;
    this.parts.changed();
    this.tellSender(message, ack);
  }

  private tellSender(message: Message, ack: Ack): void {
    const { connections, directory, faults, timers } = this.parts;
    const mode = faults.of(message.from).ackMode;
    if (mode === 'none') return;
    const frame: ServerFrame = { kind: 'ack', chat: message.to, id: message.id, ack };
    const tell = () => {
      for (const device of directory.get(message.from).devices) connections.sendLive(device, frame);
    };
    if (typeof mode === 'object') timers.after(mode.delayMs, tell);
    else tell();
  }
}
