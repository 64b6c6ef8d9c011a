import type { Account, Capability, SessionSnapshot } from '@wafleet/contracts';
import type { ClientEvent } from '../whatsapp/whatsapp-client';

/** How long a code can be scanned at most; WhatsApp replaces most of them sooner. */
const qrLifetimeMs = 60_000;
const pairingCodeLifetimeMs = 180_000;

/** What a session knows beside its state: shown with it, decided by none of it. */
export class SessionFacts {
  qr: SessionSnapshot['qr'] = null;
  pairingCode: SessionSnapshot['pairingCode'] = null;
  account: Account | null = null;
  /** What the page can't do of what it might. */
  degraded: readonly Capability[] = [];
  linkIsDurable = false;
  syncPercent: number | null = null;
  lastSeenAt: number | null = null;
  whatsappWebVersion: string | null = null;
  browserVersion: string | null = null;
  private qrSequence = 0;

  learn(event: ClientEvent, now: number): void {
    switch (event.kind) {
      case 'browser_started':
        this.browserVersion = event.version;
        return;
      case 'page_loaded':
        this.whatsappWebVersion = event.version;
        return;
      case 'qr':
        this.qrSequence += 1;
        this.qr = { raw: event.raw, sequence: this.qrSequence, expiresAt: now + qrLifetimeMs };
        return;
      case 'pairing_code_renewed':
        if (this.pairingCode) this.showPairingCode(event.code, this.pairingCode.phoneNumber, now);
        return;
      case 'syncing':
        this.syncPercent = inTens(event.percent) ?? this.syncPercent;
        return;
      case 'ready':
      case 'incompatible':
        // The self-test was a round trip through the page.
        this.lastSeenAt = now;
        this.account = event.account ?? this.account;
        this.degraded = event.degraded ?? [];
        return;
      case 'probe':
        if (event.probe.ok) this.lastSeenAt = event.probe.at;
        return;
      default:
        // Tells of the state only.
        return;
    }
  }

  showPairingCode(code: string, phoneNumber: string, now: number): void {
    this.pairingCode = { code, phoneNumber, expiresAt: now + pairingCodeLifetimeMs };
  }

  /** A new page begins; what the last one showed is void. */
  forgetPage(): void {
    this.qr = null;
    this.pairingCode = null;
    this.syncPercent = null;
    this.degraded = [];
  }
}

/** Whole tens are enough for a person, and each change is an event. */
function inTens(percent: number | null): number | null {
  if (percent === null || Number.isNaN(percent)) return null;
  return Math.floor(Math.min(Math.max(percent, 0), 100) / 10) * 10;
}
