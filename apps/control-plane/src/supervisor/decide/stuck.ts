import { reasons } from '@wafleet/contracts';
import type { LinkFacts, SessionFacts, WorkerFacts } from './facts';

export interface StuckPolicy {
  /** A session that is on its way may tell nothing new for this long. */
  stuckMs: number;
  /** Unscanned codes may be shown for this long. */
  unscannedMs: number;
}

/**
 * How a session hangs although its worker answers. The worker's own deadlines end each phase much earlier; this is for
 * those that fail to. A worker that waits out a network outage, or for a planned try, does not hang. Of a link that has
 * just opened nothing is believed before its worker has told how things are now.
 */
export function stuckAs(
  policy: StuckPolicy,
  facts: {
    now: number;
    worker: Pick<WorkerFacts, 'startedAt'>;
    session: SessionFacts;
    link: NonNullable<LinkFacts['current']>;
  },
): 'unscanned' | 'no_progress' | null {
  const { now, worker, session, link } = facts;
  if (session.toldAt < link.openedAt) return null;
  switch (session.state) {
    case 'QR_READY': {
      const since = Math.max(session.since, session.pairingExpiresAt ?? 0);
      return now - since >= policy.unscannedMs ? 'unscanned' : null;
    }
    case 'STARTING':
    case 'AUTHENTICATING':
    case 'RECONNECTING': {
      const waits =
        (session.nextAttemptAt !== null && session.nextAttemptAt > now) ||
        (session.reason !== null && reasons[session.reason].retry === 'network');
      const quietMs = now - Math.max(session.toldAt, worker.startedAt ?? 0);
      return !waits && quietMs >= policy.stuckMs ? 'no_progress' : null;
    }
    case 'CONNECTED':
    case 'DISCONNECTED':
    case 'LOGGED_OUT':
      return null;
  }
}
