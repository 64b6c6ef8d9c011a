import { randomBytes, randomInt } from 'node:crypto';
import type { FaultSwitch } from '../faults/fault-switch';
import type { Mishap, UnlinkMode } from '../protocol';
import { AccountActs } from './account-acts';
import { ChatStates } from './chat-states';
import { Conversations, isGroup } from './conversations';
import { DeviceConnections, type PageConnection } from './device-connections';
import { DeviceLinking } from './device-linking';
import type { Change, Content } from '../content';
import { Directory, type UserChanges } from './directory';
import { type GroupAct, Groups } from './groups';
import { type Draft, MessageDelivery, type Place } from './message-delivery';
import type { Device, Group, NetworkState, User } from './network-state';
import { PageSession } from './page-session';
import { Refusal } from './refusal';
import { Timers } from './timers';
import { Wire } from './wire';

/**
 * The WhatsApp network behind the page: users with phones, their linked devices, and what they write to each other.
 * The phones are driven by the methods here; the pages by `connect`.
 */
export class Network {
  readonly directory: Directory;
  readonly groups: Groups;
  readonly conversations: Conversations;
  readonly chatStates = new ChatStates();
  readonly connections = new DeviceConnections();
  private readonly timers = new Timers();
  private readonly delivery: MessageDelivery;
  private readonly linking: DeviceLinking;
  private readonly sessions = new Set<PageSession>();

  /** @param changed called after every change of what `state()` returns */
  constructor(
    state: NetworkState,
    private readonly faults: FaultSwitch,
    private readonly changed: () => void,
  ) {
    this.directory = new Directory(state.users);
    this.groups = new Groups(state.groups);
    this.conversations = new Conversations(state.conversations, state.sends);
    const parts = { faults, changed, timers: this.timers, connections: this.connections, now: Date.now };
    const { directory, groups, conversations } = this;
    this.delivery = new MessageDelivery({ ...parts, directory, groups, conversations });
    this.linking = new DeviceLinking({ ...parts, randomBytes });
    for (const user of directory.all()) this.delivery.phoneIsOnline(user);
  }

  state(): NetworkState {
    return {
      version: 2,
      users: this.directory.all(),
      groups: this.groups.all(),
      conversations: this.conversations.all(),
      sends: this.conversations.allSends(),
    };
  }

  /**
   * A page has opened its WebSocket.
   * @param account the number that its profile is linked to, by its own account; absent without one
   */
  connect(connection: PageConnection, account: string | undefined): PageSession {
    const { directory, groups, conversations, chatStates, connections } = this;
    const { delivery, linking, timers, faults, changed } = this;
    const session = new PageSession(connection, account, {
      directory,
      groups,
      conversations,
      chatStates,
      connections,
      delivery,
      linking,
      timers,
      faults,
      changed,
      accountActs: new AccountActs({
        directory,
        groups,
        changed,
        createGroup: (owner, subject, members) => this.createGroup(owner, subject, members),
        changeGroup: (number, id, act) => this.changeGroup(number, id, act),
      }),
      closed: () => this.sessions.delete(session),
    });
    this.sessions.add(session);
    return session;
  }

  putUser(number: string, changes: UserChanges): User {
    const user = this.directory.put(number, changes);
    this.changed();
    return user;
  }

  /** Resolves when the page has confirmed. @throws Refusal, see DeviceLinking */
  async scan(number: string, qr: string): Promise<Device> {
    return this.linking.scan(this.directory.get(number), qr);
  }

  async pair(number: string, code: string): Promise<Device> {
    return this.linking.pair(this.directory.get(number), code);
  }

  /** Removes one linked device, or all. A repeat removes nothing. @throws Refusal `unknown_device` */
  unlink(number: string, mode: UnlinkMode, deviceId?: number): void {
    const user = this.directory.get(number);
    const gone = user.devices.filter((device) => deviceId === undefined || device.id === deviceId);
    if (deviceId !== undefined && gone.length === 0) {
      throw new Refusal('unknown_device', `${number} has no linked device ${deviceId}.`);
    }
    user.devices = user.devices.filter((device) => !gone.includes(device));
    for (const device of gone) {
      this.connections.send(device, { kind: 'unlinked', mode });
      this.connections.end(device);
    }
    this.changed();
  }

  setPhoneOnline(number: string, online: boolean): void {
    const user = this.directory.get(number);
    user.phoneOnline = online;
    this.changed();
    if (online) this.delivery.phoneIsOnline(user);
  }

  /** Writes from the user's phone. @throws Refusal `unknown_user`, `phone_offline`, and as MessageDelivery.accept */
  sendFromPhone(number: string, message: Omit<Draft, 'id' | 'timestamp'> & Partial<Draft>): string {
    const id = message.id ?? newPhoneId();
    const timestamp = message.timestamp ?? Math.floor(Date.now() / 1_000);
    this.delivery.accept(this.withPhoneOnline(number), { ...message, id, timestamp });
    return id;
  }

  /** Edits, revokes, reacts or votes on the user's phone. @throws Refusal `phone_offline`, and as MessageDelivery.change */
  changeFromPhone(number: string, place: Place, change: Change): void {
    this.delivery.change(this.withPhoneOnline(number), place, change, newPhoneId());
  }

  /** @throws Refusal `unknown_user` */
  createGroup(owner: string, subject: string, members: readonly string[]): Group {
    const user = this.directory.get(owner);
    for (const member of members) this.directory.get(member);
    const id = `1203630${randomInt(10 ** 11)
      .toString()
      .padStart(11, '0')}@g.us`;
    const createdAt = Math.floor(Date.now() / 1_000);
    const group = this.groups.create({ id, subject, owner, createdAt }, members);
    this.tellGroup(group);
    this.tellInGroup(user, group, {
      kind: 'gp2',
      subtype: 'create',
      recipients: [...members],
      body: subject,
    });
    return group;
  }

  /** @throws Refusal `unknown_user`, and as Groups.change */
  changeGroup(number: string, id: string, act: GroupAct): Group {
    const user = this.directory.get(number);
    const members = 'members' in act ? act.members : [number];
    for (const member of members) this.directory.get(member);
    if (act.kind === 'settings') {
      const changed = this.groups.change(number, id, act);
      this.tellGroup(changed);
      return changed;
    }
    const body = act.kind === 'subject' ? act.subject : act.kind === 'description' ? act.description : null;
    const content: Content = {
      kind: 'gp2',
      subtype: act.kind,
      recipients: body === null ? members : [],
      ...(body === null ? {} : { body }),
    };
    const isGoing = act.kind === 'remove' || act.kind === 'leave';
    // Whoever goes is still told of it; whoever comes is told as a member.
    const before = isGoing ? this.groups.getOf(number, id) : this.groups.change(number, id, act);
    if (!isGoing) this.tellGroup(before);
    this.tellInGroup(user, before, content);
    if (!isGoing) return before;
    const after = this.groups.change(number, id, act);
    this.tellGroup(after);
    return after;
  }

  /** The user reads a chat on the phone. */
  readOnPhone(number: string, other: string): void {
    this.delivery.read(this.directory.get(number), other);
  }

  /** The chat itself, where there is such a person or group. @throws Refusal `unknown_user`, `unknown_group` */
  knownChat(chat: string): string {
    return isGroup(chat) ? this.groups.get(chat).id : this.directory.get(chat).number;
  }

  /** Cuts connections without a word. @returns of how many pages */
  cutConnections(number?: string): number {
    const pages = this.pagesOf(number);
    for (const page of pages) page.cut();
    return pages.length;
  }

  /** Ends connections as a second browser with the same profile does. @returns of how many pages */
  replaceConnections(number?: string): number {
    const sessions = this.sessionsOf(number);
    for (const session of sessions) {
      session.connection.send({ kind: 'replaced' });
      session.connection.close();
      // Offline from now on, however long the page takes to answer the close.
      session.closed();
    }
    return sessions.length;
  }

  /** @returns how many pages were told; nobody waits for what becomes of them */
  befall(mishap: Mishap, number?: string): number {
    const pages = this.pagesOf(number);
    for (const page of pages) page.send({ kind: 'mishap', mishap });
    return pages.length;
  }

  stop(): void {
    this.timers.stop();
    for (const session of this.sessions) session.connection.cut();
  }

  private tellInGroup(user: User, group: Group, content: Content): void {
    const timestamp = Math.floor(Date.now() / 1_000);
    this.delivery.accept(user, { id: newPhoneId(), to: group.id, content, timestamp });
  }

  /** The pages of everybody in it learn who is in it and what it is called. */
  private tellGroup(group: Group): void {
    this.changed();
    for (const { number } of group.participants) {
      const user = this.directory.get(number);
      const wire = new Wire(this.directory, this.groups, user);
      for (const device of user.devices) {
        this.connections.sendLive(device, { kind: 'group', group: wire.group(group) });
      }
    }
  }

  private withPhoneOnline(number: string): User {
    const user = this.directory.get(number);
    if (!user.phoneOnline) throw new Refusal('phone_offline', `The phone of ${number} is offline.`);
    return user;
  }

  /** The connected pages of one account, or all, linked or not. @throws Refusal `unknown_user` */
  private pagesOf(number?: string): PageConnection[] {
    return this.sessionsOf(number).map((session) => session.connection);
  }

  private sessionsOf(number?: string): PageSession[] {
    const account = number === undefined ? undefined : this.directory.get(number).number;
    return [...this.sessions].filter((session) => account === undefined || session.account === account);
  }
}

const newPhoneId = () => `3A${randomBytes(9).toString('hex').toUpperCase()}`;
