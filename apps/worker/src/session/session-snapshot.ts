import type { SessionSnapshot } from '@wafleet/contracts';
import type { ReconnectStatus } from './reconnect/reconnect-manager';
import type { SessionFacts } from './session-facts';
import type { SessionModel } from './machine/session-model';

/** The whole truth about the session as the control plane gets it: facts are shown only in the states they belong to. */
export function snapshotOf(session: {
  model: SessionModel;
  facts: SessionFacts;
  reconnect: ReconnectStatus;
  since: number;
  linkedAt: number | null;
  libraryVersion: string;
}): SessionSnapshot {
  const { model, facts, reconnect, since, linkedAt, libraryVersion } = session;
  const isWaitingForScan = model.state === 'QR_READY';
  return {
    state: model.state,
    reason: model.reason,
    detail: model.detail,
    since,
    attempt: reconnect.attempt,
    nextAttemptAt: reconnect.nextAttemptAt,
    qr: isWaitingForScan ? facts.qr : null,
    pairingCode: isWaitingForScan ? facts.pairingCode : null,
    account: facts.account,
    linkIsDurable: facts.linkIsDurable,
    syncPercent: model.phase === 'syncing' ? facts.syncPercent : null,
    lastSeenAt: facts.lastSeenAt,
    degraded: [...facts.degraded],
    linkedAt,
    versions: {
      whatsappWeb: facts.whatsappWebVersion,
      browser: facts.browserVersion,
      library: libraryVersion,
    },
  };
}
