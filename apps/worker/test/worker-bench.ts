import { expect } from '@jest/globals';
import { eventually } from '@wafleet/testing';
import { createStandin, type Standin } from '@wafleet/whatsapp-standin';
import { LinkServer } from './link-server';
import { Phones } from './phones';
import { TenantPlace } from './worker-process';

export const own = '15550101001';
export const friend = '15550101002';

type Settings = Partial<Parameters<TenantPlace['start']>[0]>;

/** One tenant's workers, on a stand-in of their own; their control plane is played by the link server. */
export class WorkerBench {
  private constructor(
    readonly standin: Standin,
    readonly phones: Phones,
    readonly link: LinkServer,
    readonly place: TenantPlace,
  ) {}

  static async create(bundle: string): Promise<WorkerBench> {
    const standin = createStandin({ tlsPort: 0, controlPort: 0 });
    await standin.start();
    const phones = new Phones(standin.controlUrl);
    await phones.add(own, 'Own');
    await phones.add(friend, 'Friend');
    return new WorkerBench(standin, phones, await LinkServer.start(), await TenantPlace.create(bundle));
  }

  start(settings: Settings = {}): Promise<void> {
    return this.place.start({
      linkUrl: this.link.url,
      browserArgs: this.standin.browserArgs,
      ...settings,
    });
  }

  /** Ends the worker in order and starts the next one, of which only what it says counts. */
  async restart(settings: Settings = {}): Promise<void> {
    await this.place.stop();
    this.link.forget();
    await this.start(settings);
  }

  async linkByScan(settings: Settings = {}): Promise<void> {
    await this.start(settings);
    const { qr } = await this.link.whenSession((session) => session.qr !== null, 'a QR');
    await this.phones.scan(own, qr?.raw ?? '');
    await this.link.whenConnected();
    this.link.account = { phoneNumber: own, linkedAt: Date.now() };
  }

  /** Linked long enough for the profile to have reached the disk. */
  async linkDurably(settings: Settings = {}): Promise<void> {
    await this.linkByScan(settings);
    await this.link.whenSession(({ linkIsDurable }) => linkIsDurable, 'a durable link');
  }

  /** What the control plane orders when a worker says that messages may be missing. */
  async orderWhatWasLost(): Promise<void> {
    const told = () => this.link.events.flatMap((event) => (event.kind === 'inbound.lost' ? [event] : []));
    const { since } = await eventually(() => told()[0], { timeoutMs: 60_000, what: 'inbound.lost' });
    const order = { kind: 'messages.backfill' as const, outageId: 'out_1', since, chats: [] };
    expect(await this.link.command(order)).toEqual({ ok: true, value: {} });
  }

  /** Ends the worker; nothing of it may be left. */
  async remove(): Promise<void> {
    await this.place.remove();
    expect(this.place.browserProcesses()).toEqual([]);
    await this.link.stop();
    await this.standin.stop();
  }
}
