import { textOf } from '../content';
import type { FaultSwitch } from '../faults/fault-switch';
import type { Faults } from '../faults/fault-table';
import type { Call, CallResults, Delivery, PageFrame } from '../protocol';
import { type AccountActs, blockedWids } from './account-acts';
import { type Conversations, isGroup } from './conversations';
import type { DeviceConnections, PageConnection } from './device-connections';
import type { DeviceLinking } from './device-linking';
import type { ChatStates } from './chat-states';
import type { Directory } from './directory';
import type { Groups } from './groups';
import type { MessageDelivery } from './message-delivery';
import type { Device, User } from './network-state';
import { Refusal } from './refusal';
import type { Timers } from './timers';
import { Wire, wireAccount, wireContact } from './wire';

/** How much of each chat a device is told when it connects, and how much at once when it asks for more. */
const messagesPerChat = 50;
const offlineBatch = 100;
const maxBodyLength = 65_536;

interface Parts {
  directory: Directory;
  groups: Groups;
  conversations: Conversations;
  chatStates: ChatStates;
  connections: DeviceConnections;
  delivery: MessageDelivery;
  linking: DeviceLinking;
  faults: FaultSwitch;
  timers: Timers;
  changed: () => void;
  accountActs: AccountActs;
  closed: () => void;
}

/** The server's side of one page's WebSocket: unlinked at first, a linked device once it has resumed. */
export class PageSession {
  private linked: { user: User; device: Device } | undefined;

  constructor(
    readonly connection: PageConnection,
    /** The account that the page says its profile is linked to. */
    readonly account: string | undefined,
    private readonly parts: Parts,
  ) {}

  receive(frame: PageFrame): void {
    const opens = frame.kind === 'register' || frame.kind === 'resume';
    const state = opens ? this.parts.faults.of(this.account).serverState : undefined;
    if (state) {
      this.connection.send({ kind: 'left-in-state', state });
      return;
    }
    switch (frame.kind) {
      case 'register':
        return this.parts.linking.register(this.connection, frame.keys);
      case 'confirm-link':
        return this.parts.linking.confirm(this.connection);
      case 'resume':
        return this.resume(frame.token, frame.counter);
      case 'ready':
        return this.deliverLate();
      case 'receipt':
        return this.confirmReceipts(frame);
      case 'ping':
        return this.connection.send({ kind: 'pong' });
      case 'chat-state':
        return this.noteChatState(frame);
      case 'call':
        return this.answer(frame.callId, frame.call);
    }
  }

  closed(): void {
    this.parts.linking.closed(this.connection);
    if (this.linked) this.parts.connections.closed(this.linked.device, this.connection);
    this.parts.closed();
  }

  private resume(token: string, counter: number): void {
    const { connections, directory, faults, timers } = this.parts;
    const known = directory.findDevice(token);
    if (!known) {
      this.connection.send({ kind: 'refused' });
      return;
    }
    this.linked = known;
    const { user, device } = known;
    this.useCounter(counter);
    connections.open(device, this.connection);
    this.connection.send({ kind: 'welcome', account: wireAccount(user, device.id) });
    timers.after(faults.of(user.number).syncDelayMs ?? 0, () => {
      if (!connections.isCurrent(device, this.connection)) return;
      if (!faults.of(user.number).neverSyncs) this.sync(user, device);
    });
  }

  private sync(user: User, device: Device): void {
    const { connections, conversations, directory, faults } = this.parts;
    const wire = this.wireOf(user);
    const own = conversations.of(user.number);
    const chats = own.map((one) => wire.chat(one, device, messagesPerChat));
    const people = new Set([user.number, ...own.flatMap((one) => one.members)]);
    const contacts = [...people].map((number) => wireContact(directory.get(number)));
    const blocked = blockedWids(directory, user);
    this.connection.send({ kind: 'sync', contacts, chats, blocked });
    const isLate = faults.of(user.number).offlineAfterReady === true;
    if (!isLate) this.sendOffline(user, device);
    this.connection.send({ kind: 'sync-end' });
    if (!isLate) connections.goLive(device);
  }

  private sendOffline(user: User, device: Device): void {
    const deliveries: Delivery[] = this.parts.delivery.pendingOf(user, device);
    if (this.parts.faults.of(user.number).offlineNewestFirst) deliveries.reverse();
    for (let start = 0; start < deliveries.length; start += offlineBatch) {
      const batch = deliveries.slice(start, start + offlineBatch);
      const remaining = Math.max(deliveries.length - start - offlineBatch, 0);
      this.connection.send({ kind: 'offline', deliveries: batch, remaining });
    }
  }

  private deliverLate(): void {
    if (!this.linked) return;
    const { user, device } = this.linked;
    if (this.parts.faults.of(user.number).offlineAfterReady !== true) return;
    this.sendOffline(user, device);
    this.parts.connections.goLive(device);
  }

  private confirmReceipts(frame: Extract<PageFrame, { kind: 'receipt' }>): void {
    if (!this.linked) return;
    this.useCounter(frame.counter);
    for (const { from, id } of frame.received) {
      const sender = this.parts.directory.findByWid(from);
      if (!sender) continue;
      this.parts.delivery.confirmReceipt(this.linked.user, this.linked.device, { from: sender.number, id });
    }
  }

  /** A counter that was used before comes from a profile that was rolled back: its ratchet no longer fits. */
  private useCounter(counter: number): void {
    const device = this.linked?.device;
    if (!device) return;
    if (counter > device.counter) {
      device.counter = counter;
    } else {
      device.rolledBack = true;
      device.decryptFailures += 1;
    }
    this.parts.changed();
  }

  private answer(callId: number, call: Call): void {
    try {
      const result = this.perform(callId, call);
      if (result) this.connection.send({ kind: 'reply', callId, ok: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.connection.send({ kind: 'reply', callId, ok: false, error: error.message });
    }
  }

  /** Nothing where the answer comes later, or never. */
  private perform(callId: number, call: Call): CallResults[Call['method']] | undefined {
    if (call.method === 'pairing-code') {
      this.parts.directory.get(call.number);
      return { code: this.parts.linking.pairingCode(this.connection, call.number) };
    }
    if (!this.linked) throw new Refusal('unknown_device', 'Only a linked device can ask for this.');
    const { user, device } = this.linked;
    if (!user.devices.includes(device)) throw new Refusal('unknown_device', 'This device was unlinked.');
    switch (call.method) {
      case 'exists': {
        const found = this.parts.directory.findByWid(call.id);
        return { contact: found ? wireContact(found) : null };
      }
      case 'send':
        return this.send(callId, call, user, device);
      case 'change':
        return this.change(callId, call, user, device);
      case 'read':
        this.parts.delivery.read(user, this.chatOf(call.chat));
        return {};
      case 'earlier':
        return { messages: this.earlier(user, call.chat, call.beforeId) };
      case 'log-out':
        user.devices = user.devices.filter((one) => one !== device);
        this.parts.changed();
        return {};
      default:
        return this.parts.accountActs.perform(user, call);
    }
  }

  private send(callId: number, call: Extract<Call, { method: 'send' }>, user: User, device: Device) {
    this.useCounter(call.counter);
    const { id, content, t, quotedId, mentions, forwardingScore } = call.message;
    const to = this.chatOf(call.message.to);
    if (textOf(content).length > maxBodyLength)
      throw new Refusal('too_long', 'A message has at most 65,536 characters.');
    const mode = this.parts.faults.of(user.number).ackMode;
    if (mode === 'error') {
      this.parts.conversations.countSend({ id, from: user.number, to }, call.isRepeat);
      this.parts.changed();
      throw new Refusal('not_allowed', 'The server refused the message.');
    }
    const draft = {
      id,
      to,
      content,
      timestamp: t,
      ...(quotedId ? { quotedId } : {}),
      mentions: mentions.map((wid) => this.parts.directory.getByWid(wid).number),
      forwardingScore,
    };
    this.parts.delivery.accept(user, draft, { device, isRepeat: call.isRepeat });
    return this.inItsTime(callId, { ack: 1 as const }, mode);
  }

  private change(callId: number, call: Extract<Call, { method: 'change' }>, user: User, device: Device) {
    this.useCounter(call.counter);
    const { delivery, faults } = this.parts;
    const mode = faults.of(user.number).ackMode;
    const place = { chat: this.chatOf(call.chat), targetId: call.targetId };
    if (mode === 'error') {
      delivery.countChange(user, place, call.change, call.id, call.isRepeat);
      throw new Refusal('not_allowed', 'The server refused the change.');
    }
    delivery.change(user, place, call.change, call.id, { device, isRepeat: call.isRepeat });
    return this.inItsTime(callId, {}, mode);
  }

  /** The answer to what was taken, where it is to be given now. */
  private inItsTime<R extends CallResults[Call['method']]>(
    callId: number,
    result: R,
    mode: Exclude<Faults['ackMode'], 'error'>,
  ): R | undefined {
    if (typeof mode === 'object') {
      this.parts.timers.after(mode.delayMs, () =>
        this.connection.send({ kind: 'reply', callId, ok: true, result }),
      );
    }
    return mode === undefined ? result : undefined;
  }

  private noteChatState({ chat, state }: Extract<PageFrame, { kind: 'chat-state' }>): void {
    const known = isGroup(chat) ? chat : this.parts.directory.findByWid(chat)?.number;
    if (!this.linked || known === undefined) return;
    this.parts.chatStates.add({ from: this.linked.user.number, chat: known, state, at: Date.now() });
  }

  private earlier(user: User, chat: string, beforeId: string | undefined) {
    const messages = this.parts.conversations.at(user.number, this.chatOf(chat))?.messages ?? [];
    const found = beforeId === undefined ? -1 : messages.findIndex((one) => one.id === beforeId);
    const end = found < 0 ? messages.length : found;
    const wire = this.wireOf(user);
    return messages.slice(Math.max(end - messagesPerChat, 0), end).map((one) => wire.message(one));
  }

  /** A chat that the page names, as the network names it. @throws Refusal `unknown_user` */
  private chatOf(wid: string): string {
    return isGroup(wid) ? wid : this.parts.directory.getByWid(wid).number;
  }

  private wireOf(user: User): Wire {
    return new Wire(this.parts.directory, this.parts.groups, user);
  }
}
