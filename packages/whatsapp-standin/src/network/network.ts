import { randomBytes } from 'node:crypto';
import type { FaultSwitch } from '../faults/fault-switch';
import type { Mishap, UnlinkMode } from '../protocol';
import { Conversations } from './conversations';
import { DeviceConnections, type PageConnection } from './device-connections';
import { DeviceLinking } from './device-linking';
import { Directory } from './directory';
import { MessageDelivery } from './message-delivery';
import type { Device, NetworkState, User } from './network-state';
import { PageSession } from './page-session';
import { Refusal } from './refusal';
import { Timers } from './timers';

/**
 * The WhatsApp network behind the page: users with phones, their linked devices, and what they write to each other.
 * The phones are driven by the methods here; the pages by `connect`.
 */
export class Network {
  readonly directory: Directory;
  readonly conversations: Conversations;
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
    this.conversations = new Conversations(state.conversations, state.sends);
    const parts = { faults, changed, timers: this.timers, connections: this.connections, now: Date.now };
    const { directory, conversations } = this;
    this.delivery = new MessageDelivery({ ...parts, directory, conversations });
    this.linking = new DeviceLinking({ ...parts, randomBytes });
    for (const user of directory.all()) this.delivery.phoneIsOnline(user);
  }

  state(): NetworkState {
    return {
      version: 1,
      users: this.directory.all(),
      conversations: this.conversations.all(),
      sends: this.conversations.allSends(),
    };
  }

  /**
   * A page has opened its WebSocket.
   * @param account the number that its profile is linked to, by its own account; absent without one
   */
  connect(connection: PageConnection, account: string | undefined): PageSession {
    const { directory, conversations, connections, delivery, linking, timers, faults, changed } = this;
    const session = new PageSession(connection, account, {
      directory,
      conversations,
      connections,
      delivery,
      linking,
      timers,
      faults,
      changed,
      closed: () => this.sessions.delete(session),
    });
    this.sessions.add(session);
    return session;
  }

  putUser(number: string, changes: { name: string; reads?: User['reads'] | undefined }): User {
    const { name, reads } = changes;
    const user = this.directory.put(number, reads ? { name, reads } : { name });
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

  /** Writes from the user's phone. @throws Refusal `unknown_user`, `phone_offline` */
  sendFromPhone(number: string, to: string, body: string): string {
    const sender = this.directory.get(number);
    if (!sender.phoneOnline) throw new Refusal('phone_offline', `The phone of ${number} is offline.`);
    const id = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    this.delivery.accept(sender, { id, to, type: 'chat', body, timestamp: Math.floor(Date.now() / 1000) });
    return id;
  }

  /** The user reads a chat on the phone. */
  readOnPhone(number: string, other: string): void {
    this.delivery.read(this.directory.get(number), other);
  }

  /** Cuts connections without a word. @returns of how many pages */
  cutConnections(number?: string): number {
    const pages = this.pagesOf(number);
    for (const page of pages) page.cut();
    return pages.length;
  }

  /** Ends connections as a second browser with the same profile does. @returns of how many pages */
  replaceConnections(number?: string): number {
    const pages = this.pagesOf(number);
    for (const page of pages) {
      page.send({ kind: 'replaced' });
      page.close();
    }
    return pages.length;
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

  /** The connected pages of one account, or all, linked or not. @throws Refusal `unknown_user` */
  private pagesOf(number?: string): PageConnection[] {
    const account = number === undefined ? undefined : this.directory.get(number).number;
    return [...this.sessions]
      .filter((session) => account === undefined || session.account === account)
      .map((session) => session.connection);
  }
}
