import type { SessionSnapshot } from '@wafleet/contracts';

const instant = (value: number | null) => (value === null ? null : new Date(value));

/** The columns of whatsapp_sessions that a worker's snapshot fixes; the account is the caller's. */
export function sessionColumns(snapshot: SessionSnapshot, now: Date) {
  const { qr, pairingCode, versions } = snapshot;
  return {
    state: snapshot.state,
    reason: snapshot.reason,
    detail: snapshot.detail,
    // Deadlines are counted from it, so no worker can move it into the future.
    since: new Date(Math.min(snapshot.since, now.getTime())),
    attempt: snapshot.attempt,
    nextAttemptAt: instant(snapshot.nextAttemptAt),
    lastQr: qr?.raw ?? null,
    qrSequence: qr?.sequence ?? null,
    qrExpiresAt: instant(qr?.expiresAt ?? null),
    pairingCode: pairingCode?.code ?? null,
    pairingPhone: pairingCode?.phoneNumber ?? null,
    pairingExpiresAt: instant(pairingCode?.expiresAt ?? null),
    linkIsDurable: snapshot.linkIsDurable,
    syncPercent: snapshot.syncPercent,
    // A snapshot of before the first round trip doesn't unsay an earlier one.
    ...(snapshot.lastSeenAt === null ? {} : { lastSeenAt: new Date(snapshot.lastSeenAt) }),
    whatsappWebVersion: versions.whatsappWeb,
    browserVersion: versions.browser,
    libraryVersion: versions.library,
    degraded: snapshot.degraded ?? [],
  };
}

/** What no longer holds once no browser shows it. */
export const clearedCodes = {
  lastQr: null,
  qrSequence: null,
  qrExpiresAt: null,
  pairingCode: null,
  pairingPhone: null,
  pairingExpiresAt: null,
} as const;
