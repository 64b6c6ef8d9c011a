import type { PageFaults } from '../../faults/fault-table';
import type { Delivery, ServerFrame, WireAccount } from '../../protocol';
import { reconnectDelayMs } from './reconnect-delay';
import type { Cmd, ConnModel, SocketModel } from '../models/connection-models';
import type { Emitter } from '../models/emitter';
import type { Mailbox } from '../mailbox';
import type { Mishaps } from '../mishaps';
import { Outbox } from '../outgoing/outbox';
import { OwnChanges } from '../outgoing/own-changes';
import type { ProfileStore } from './profile-store';
import { QrDisplay } from './qr-display';
import type { Registration } from './registration';
import { SendQueue } from '../outgoing/send-queue';
import { ServerLink } from './server-link';
import { showWhatsNew } from '../whats-new';

/** Without the fault `pingMs`. */
const defaultPingMs = 20_000;
/** The library needs a moment to attach; WhatsApp's own sync takes longer than that. */
const listenerDeadlineMs = 10_000;
const listenerPollMs = 5;
/** Between the answer to logout() and leaving the page, so that the caller still gets it. */
const leaveDelayMs = 50;

interface Parts {
  socket: SocketModel;
  conn: ConnModel;
  cmd: Cmd;
  profile: ProfileStore;
  registration: Registration;
  mailbox: Mailbox;
  mishaps: Mishaps;
  faults: Pick<PageFaults, 'hasSyncedAlready' | 'pingMs' | 'whatsNewModal'>;
}

/** The page's way from load to CONNECTED and back: linking, resuming, syncing, logging out, reconnecting. */
export class Session {
  readonly link: ServerLink;
  readonly outbox: Outbox;
  readonly changes: OwnChanges;
  private readonly queue: SendQueue;
  private readonly qr: QrDisplay;
  private token: string | undefined;
  private linkedNumber = '';
  private linkedAccount: WireAccount | undefined;
  private failedAttempts = 0;
  private retry: number | undefined;
  private whatsNewSeen: Promise<void> | undefined;
  private offline = { total: 0, remaining: 0 };

  constructor(private readonly parts: Parts) {
    const { socket, conn, cmd, mailbox, profile, faults } = parts;
    this.link = new ServerLink(faults.pingMs ?? defaultPingMs, {
      opened: () => void this.opened(),
      received: (frame) => void this.received(frame),
      lost: () => this.lost(),
    });
    const { link } = this;
    const queue = new SendQueue({ profile, link });
    this.queue = queue;
    this.outbox = new Outbox({ mailbox, queue, link });
    this.changes = new OwnChanges({ mailbox, queue, account: () => this.account });
    this.qr = new QrDisplay(conn);
    socket.actedOnBy({
      logout: () => this.logOut(),
      reconnect: () => this.connect(),
      takeover: () => this.connect(),
    });
    cmd.on('refresh_qr', () => this.connect());
    window.addEventListener('online', () => this.connect());
  }

  async start(): Promise<void> {
    this.token = await this.parts.profile.load();
    this.linkedNumber = /^"(\d+):/.exec(localStorage.getItem('last-wid-md') ?? '')?.[1] ?? '';
    this.connect();
  }

  /** The linked account. @throws in a page that is not linked */
  get account(): WireAccount {
    if (!this.linkedAccount) throw new Error('not logged in');
    return this.linkedAccount;
  }

  get maybeAccount(): WireAccount | undefined {
    return this.linkedAccount;
  }

  /** How much of what came while the page was away has arrived, in percent. */
  offlineProgress(): number {
    const { total, remaining } = this.offline;
    return total === 0 ? 100 : Math.round((100 * (total - remaining)) / total);
  }

  /** The page shows a pairing code instead of a QR. */
  pauseQr(): void {
    this.qr.stop();
  }

  /** Opens a new connection in place of the one there is. An unlinked page gets new references by that. */
  connect(): void {
    clearTimeout(this.retry);
    this.disconnected();
    const { socket } = this.parts;
    if (this.token !== undefined || socket.get('state') === 'UNLAUNCHED') socket.set({ state: 'OPENING' });
    this.link.open(this.linkedNumber);
  }

  private async opened(): Promise<void> {
    this.failedAttempts = 0;
    if (this.token === undefined) {
      this.link.send({ kind: 'register', keys: this.parts.registration.keys() });
    } else {
      const counter = await this.parts.profile.nextCounter();
      this.link.send({ kind: 'resume', token: this.token, counter });
    }
  }

  private lost(): void {
    this.disconnected();
    this.qr.stop();
    if (this.parts.socket.get('state') === 'CONFLICT') return;
    this.parts.socket.set({ state: 'OPENING' });
    this.failedAttempts += 1;
    this.retry = setTimeout(() => this.connect(), reconnectDelayMs(this.failedAttempts, Math.random()));
  }

  private disconnected(): void {
    this.queue.disconnected();
    this.parts.socket.set({ stream: 'DISCONNECTED' });
  }

  private async received(frame: ServerFrame): Promise<void> {
    const { mailbox, socket } = this.parts;
    switch (frame.kind) {
      case 'refs':
        this.qr.show(frame.refs, frame.ttlMs, () => this.idle());
        socket.set({ state: 'UNPAIRED' });
        return;
      case 'link-offered':
        return this.becomeDevice(frame.token, frame.account);
      case 'welcome':
        return this.welcomed(frame.account);
      case 'sync':
        mailbox.restore(this.account, frame.contacts, frame.chats, frame.blocked);
        return;
      case 'offline':
        return this.receiveOffline(frame.deliveries, frame.remaining);
      case 'sync-end':
        return this.synced();
      case 'message':
      case 'change':
        return this.receive([frame]);
      case 'group':
        mailbox.learnGroup(frame.group);
        return;
      case 'ack':
        mailbox.acked(frame.id, frame.ack);
        return;
      case 'refused':
        return this.unlinked();
      case 'unlinked':
        return frame.mode === 'navigate' ? this.unlinked() : this.unpaired();
      case 'replaced':
        this.link.close();
        this.disconnected();
        socket.set({ state: 'CONFLICT' });
        return;
      case 'left-in-state':
        this.qr.stop();
        socket.set({ state: frame.state });
        return;
      case 'mishap':
        return this.parts.mishaps.befall(frame.mishap);
      // A page that is not answered goes on as if it were: the worst that a page can do.
      case 'pong':
      case 'reply':
        return;
    }
  }

  private idle(): void {
    this.link.close();
    this.parts.socket.set({ state: 'UNPAIRED_IDLE' });
  }

  /** WhatsApp's server ends the connection after a link (515), and the page comes back with what it was given. */
  private async becomeDevice(token: string, account: WireAccount): Promise<void> {
    this.parts.socket.set({ state: 'PAIRING' });
    this.qr.clear();
    await this.parts.profile.link(token, account.number, account.deviceId);
    this.token = token;
    this.linkedNumber = account.number;
    this.link.send({ kind: 'confirm-link' });
    this.connect();
  }

  private welcomed(account: WireAccount): void {
    this.linkedAccount = account;
    this.parts.conn.set({ pushname: account.name, platform: 'android' });
    if (this.parts.faults.hasSyncedAlready) this.parts.socket.set({ hasSynced: true });
    this.parts.socket.set({ state: 'CONNECTED', stream: 'SYNCING' });
  }

  private async receiveOffline(deliveries: readonly Delivery[], remaining: number): Promise<void> {
    const isFirst = this.offline.remaining === 0;
    this.offline = { total: isFirst ? deliveries.length + remaining : this.offline.total, remaining };
    await this.receive(deliveries);
    this.parts.cmd.trigger('offline_progress_update_from_bridge');
  }

  /** Shown at once; confirmed when the counter that they moved on is on disk. */
  private async receive(deliveries: readonly Delivery[]): Promise<void> {
    const { account } = this;
    const { mailbox, profile } = this.parts;
    for (const delivery of deliveries) {
      if (delivery.kind === 'message') mailbox.receive(account, delivery.message);
      else mailbox.changed(account, delivery.change);
    }
    const counter = await profile.nextCounter();
    const received = deliveries.map((one) => {
      const { id, sender } = one.kind === 'message' ? one.message : one.change;
      return { from: sender.id, id };
    });
    this.link.send({ kind: 'receipt', counter, received });
  }

  private async synced(): Promise<void> {
    const { mailbox, socket } = this.parts;
    this.queue.connected();
    this.outbox.connected();
    if (this.parts.faults.whatsNewModal) await (this.whatsNewSeen ??= showWhatsNew());
    // A change of `hasSynced` that nobody sees never makes the library ready.
    await untilListened(socket, 'change:hasSynced');
    socket.set({ stream: 'CONNECTED', hasSynced: true });
    await untilListened(mailbox.messages, 'add');
    this.link.send({ kind: 'ready' });
  }

  private async logOut(): Promise<void> {
    await this.link.call({ method: 'log-out' });
    await this.forgetLink();
    this.parts.cmd.trigger('logout');
    setTimeout(() => leave(0), leaveDelayMs);
  }

  /** Unlinked on the phone, or by a server that doesn't know this device. */
  private async unlinked(): Promise<void> {
    await this.forgetLink();
    this.parts.cmd.trigger('logout_from_bridge');
    leave(401);
  }

  /** Unlinked, and the page stays as it is: the dead token remains in the profile. */
  private unpaired(): void {
    this.link.close();
    this.disconnected();
    this.parts.socket.set({ state: 'UNPAIRED' });
  }

  private async forgetLink(): Promise<void> {
    this.link.close();
    this.disconnected();
    this.token = undefined;
    await this.parts.profile.unlink();
  }
}

/** Gives up after the deadline: a page that a person opened has no library in it. */
async function untilListened(emitter: Emitter, name: string): Promise<void> {
  const deadline = Date.now() + listenerDeadlineMs;
  while (!emitter.hasListener(name) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, listenerPollMs));
  }
}

function leave(reason: number): void {
  location.assign(`/?post_logout=1&logout_reason=${reason}`);
}
