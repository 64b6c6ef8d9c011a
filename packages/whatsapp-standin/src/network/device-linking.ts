import type { RegistrationKeys, WireAccount } from '../protocol';
import type { FaultSwitch } from '../faults/fault-switch';
import type { DeviceConnections, PageConnection } from './device-connections';
import type { Device, User } from './network-state';
import { Refusal } from './refusal';
import type { Timers } from './timers';
import { wireAccount } from './wire';

const defaultQrTtlMs = 20_000;
const defaultQrRefs = 6;
/** A reference stays scannable for a moment after the page has gone on to the next one. */
const scanGraceMs = 2_000;
const codeTtlMs = 180_000;
const confirmDeadlineMs = 10_000;
/** Expired references are remembered for a while, so that a late scan is told why. */
const rememberExpiredMs = 600_000;
const maxLinkedDevices = 4;
const codeAlphabet = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';

interface Offer {
  connection: PageConnection;
  keys: RegistrationKeys;
  expiresAt: number;
}

interface Confirmation {
  user: User;
  device: Device;
  confirmed: (device: Device) => void;
}

interface Parts {
  connections: DeviceConnections;
  faults: FaultSwitch;
  timers: Timers;
  now: () => number;
  randomBytes: (size: number) => Buffer;
  changed: () => void;
}

/** QR references and pairing codes: how a page becomes a linked device. Nothing here outlives a restart. */
export class DeviceLinking {
  private readonly keysOf = new Map<PageConnection, RegistrationKeys>();
  private readonly refs = new Map<string, Offer>();
  private readonly codes = new Map<string, Offer & { number: string }>();
  private readonly confirmations = new Map<PageConnection, Confirmation>();

  constructor(private readonly parts: Parts) {}

  /** The page gets some references, to be shown one after the other. */
  register(connection: PageConnection, keys: RegistrationKeys): void {
    this.forgetOldOffers();
    this.keysOf.set(connection, keys);
    const { qrTtlMs: ttlMs = defaultQrTtlMs, qrRefs = defaultQrRefs } = this.parts.faults.of();
    const refs = Array.from({ length: qrRefs }, (_, index) => {
      const ref = `2@${this.parts.randomBytes(72).toString('base64')}`;
      const expiresAt = this.parts.now() + (index + 1) * ttlMs + scanGraceMs;
      this.refs.set(ref, { connection, keys, expiresAt });
      return ref;
    });
    connection.send({ kind: 'refs', refs, ttlMs });
  }

  pairingCode(connection: PageConnection, number: string): string {
    const keys = this.keysOf.get(connection);
    if (!keys)
      throw new Refusal('unknown_code', 'Only a page that is not linked can ask for a pairing code.');
    const bytes = this.parts.randomBytes(8);
    const code = [...bytes].map((byte) => codeAlphabet[byte % codeAlphabet.length]).join('');
    this.codes.set(code, { connection, keys, number, expiresAt: this.parts.now() + codeTtlMs });
    return code;
  }

  /**
   * The user's phone scans what a page shows. Resolves when the page has confirmed.
   * @param qr `ref,noise key,identity key,adv secret,platform`
   * @throws Refusal `unknown_qr`, `expired`, `phone_offline`, `device_limit`, `not_confirmed`
   */
  scan(user: User, qr: string): Promise<Device> {
    const ref = qr.slice(0, Math.max(qr.indexOf(','), 0));
    const offer = this.refs.get(ref);
    if (!offer) throw new Refusal('unknown_qr', 'No page shows this QR, or it was shown long ago.');
    if (this.isOver(offer)) throw new Refusal('expired', 'This QR has expired; the page shows a newer one.');
    const { noise, identity, advSecret, platform } = offer.keys;
    if (qr !== [ref, noise, identity, advSecret, platform].join(',')) {
      throw new Refusal('unknown_qr', 'The keys in this QR are not those of the page that asked for it.');
    }
    return this.link(user, offer);
  }

  /** The user types the code on the phone. @throws Refusal as scan(), and `unknown_code`, `wrong_account` */
  pair(user: User, typed: string): Promise<Device> {
    const offer = this.codes.get(typed.replaceAll('-', '').toUpperCase());
    if (!offer) throw new Refusal('unknown_code', 'No page shows this pairing code.');
    if (offer.number !== user.number) {
      throw new Refusal('wrong_account', 'This pairing code was made for another phone number.');
    }
    if (this.isOver(offer)) throw new Refusal('expired', 'This pairing code has expired.');
    return this.link(user, offer);
  }

  /** The page has the token in its profile. */
  confirm(connection: PageConnection): void {
    const confirmation = this.confirmations.get(connection);
    if (!confirmation) return;
    this.confirmations.delete(connection);
    confirmation.user.devices.push(confirmation.device);
    this.parts.changed();
    confirmation.confirmed(confirmation.device);
  }

  /** The page is gone, and with it what it showed. */
  closed(connection: PageConnection): void {
    this.keysOf.delete(connection);
    const over = this.parts.now() - 1;
    for (const offer of [...this.refs.values(), ...this.codes.values()]) {
      if (offer.connection === connection) offer.expiresAt = Math.min(offer.expiresAt, over);
    }
  }

  private link(user: User, offer: Offer): Promise<Device> {
    if (!user.phoneOnline) throw new Refusal('phone_offline', 'The phone is offline and can link nothing.');
    if (user.devices.length >= maxLinkedDevices) {
      throw new Refusal('device_limit', `An account can link ${maxLinkedDevices} devices; unlink one first.`);
    }
    const { connection } = offer;
    this.closed(connection);
    const device = this.newDevice(user, offer.keys.platform);
    return new Promise((resolve, reject) => {
      this.confirmations.set(connection, { user, device, confirmed: resolve });
      this.parts.timers.after(confirmDeadlineMs, () => {
        this.confirmations.delete(connection);
        reject(new Refusal('not_confirmed', 'The page was told, but did not confirm in time.'));
      });
      const account: WireAccount = wireAccount(user, device.id);
      connection.send({ kind: 'link-offered', token: device.token, account });
    });
  }

  private newDevice(user: User, platform: string): Device {
    const id = user.nextDeviceId;
    user.nextDeviceId += 1;
    return {
      id,
      token: this.parts.randomBytes(32).toString('base64url'),
      platform,
      linkedAt: this.parts.now(),
      counter: 0,
      rolledBack: false,
      decryptFailures: 0,
      pending: [],
    };
  }

  private isOver(offer: Offer): boolean {
    return this.parts.now() > offer.expiresAt;
  }

  private forgetOldOffers(): void {
    const oldest = this.parts.now() - rememberExpiredMs;
    for (const [ref, offer] of this.refs) if (offer.expiresAt < oldest) this.refs.delete(ref);
    for (const [code, offer] of this.codes) if (offer.expiresAt < oldest) this.codes.delete(code);
  }
}
