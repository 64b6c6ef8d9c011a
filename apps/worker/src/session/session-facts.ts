import type { Account, SessionSnapshot } from '@wafleet/contracts';

/** How long a code can be scanned at most; WhatsApp replaces most of them sooner. */
const qrLifetimeMs = 60_000;
const pairingCodeLifetimeMs = 180_000;

/** What a session knows beside its state: shown with it, decided by none of it. */
export class SessionFacts {
  qr: SessionSnapshot['qr'] = null;
  pairingCode: SessionSnapshot['pairingCode'] = null;
  account: Account | null = null;
  linkIsDurable = false;
  syncPercent: number | null = null;
  lastSeenAt: number | null = null;
  whatsappWebVersion: string | null = null;
  browserVersion: string | null = null;
  private qrSequence = 0;

  showQr(raw: string, now: number): void {
    this.qrSequence += 1;
    this.qr = { raw, sequence: this.qrSequence, expiresAt: now + qrLifetimeMs };
  }

  showPairingCode(code: string, phoneNumber: string, now: number): void {
    this.pairingCode = { code, phoneNumber, expiresAt: now + pairingCodeLifetimeMs };
  }

  /** A new page begins; what the last one showed is void. */
  forgetPage(): void {
    this.qr = null;
    this.pairingCode = null;
    this.syncPercent = null;
  }

  /** Whole tens are enough for a person, and each change is an event. */
  showSync(percent: number | null): void {
    this.syncPercent =
      percent === null || Number.isNaN(percent)
        ? null
        : Math.floor(Math.min(Math.max(percent, 0), 100) / 10) * 10;
  }
}
