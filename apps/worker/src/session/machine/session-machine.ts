import { isParking, reasons, workerExit, type Reason } from '@wafleet/contracts';
import {
  deadlineReasons,
  isTimed,
  type OutageCause,
  type Phase,
  type SessionEvent,
  type SessionModel,
  type Transition,
} from './session-model';

/** The next session and what must be done for it. Events that mean nothing in this phase change nothing. */
export function transition(session: SessionModel, event: SessionEvent): Transition {
  if (session.phase === 'ended') return whenEnded(session, event);
  switch (event.kind) {
    case 'start':
      return session.client === 'none' && !session.retryPlanned ? open(session) : stay(session);
    case 'stop':
      return end({ ...session, state: 'DISCONNECTED', reason: null, detail: null }, event.exitCode);
    case 'client_gone':
      return whenGone(session);
    case 'retry_due':
      return whenRetryDue(session);
    case 'attempts_used_up':
      if (!session.retryPlanned || isIncompatible(session)) return stay(session);
      return stay({
        ...session,
        state: 'DISCONNECTED',
        reason: 'max_reconnects',
        detail: lastFailure(session),
      });
    case 'logged_out':
      return end(
        { ...session, state: 'LOGGED_OUT', reason: event.reason, detail: event.detail },
        workerExit.parked,
        true,
      );
    default:
      return session.client === 'live' ? whileLive(session, event) : stay(session);
  }
}

type LiveEvent = Exclude<
  SessionEvent,
  { kind: 'start' | 'stop' | 'client_gone' | 'retry_due' | 'attempts_used_up' | 'logged_out' }
>;

function whileLive(session: SessionModel, event: LiveEvent): Transition {
  const { phase } = session;
  switch (event.kind) {
    case 'browser_started':
      return phase === 'launching' ? enter(session, 'loading') : stay(session);
    case 'page_loaded':
      return phase === 'loading' ? enter(session, 'authenticating') : stay(session);
    case 'qr':
      return whenQr(session);
    case 'pairing_code':
      if (phase !== 'linking') return stay(session);
      return { ...stay({ ...session, reason: 'awaiting_pairing_code' }), progressed: true };
    case 'pairing_code_renewed':
      return stay(session);
    case 'authenticating':
      if (phase !== 'loading' && phase !== 'linking') return stay(session);
      return enter(signingIn(session), 'authenticating');
    case 'syncing':
      if (phase === 'syncing') return { ...stay(session), progressed: true };
      if (phase !== 'loading' && phase !== 'linking' && phase !== 'authenticating') return stay(session);
      return enter(signingIn(session), 'syncing');
    case 'module_missing':
      return stay({ ...session, missingModule: session.missingModule ?? event.name });
    case 'ready':
      if (session.state === 'CONNECTED' || phase === 'launching') return stay(session);
      return enter(connected(session), 'connected');
    case 'incompatible':
      return phase === 'launching' ? stay(session) : whenIncompatible(session, event.missing);
    case 'probe_ok':
      if (phase !== 'connected' || session.reason !== 'probe_overdue') return stay(session);
      return stay(connected(session));
    case 'probe_missed':
      if (session.state !== 'CONNECTED') return stay(session);
      return stay({ ...session, state: 'RECONNECTING', reason: 'probe_overdue' });
    case 'network_lost':
      if (phase !== 'connected' || isIncompatible(session)) return stay(session);
      return goOffline(session, 'network_lost', null);
    case 'network_back':
      // Told only of a page that had signed in: any other has no socket that could be back.
      if (phase !== 'offline') return stay(session);
      return enter(connected(session), 'connected');
    case 'network_trouble':
      if (phase !== 'offline' || isSaid(session, event.reason)) return stay(session);
      return stay({ ...session, reason: event.reason, detail: event.detail });
    case 'deadline':
      if (!isTimed(phase)) return stay(session);
      if (phase === 'syncing' && session.missingModule !== null)
        return fail(session, 'page_incompatible', `ready: ${session.missingModule}`);
      return fail(session, deadlineReasons[phase], null);
    case 'failed':
      return fail(session, event.reason, event.detail);
  }
}

/** The page is kept for what it can do, and looked at anew by an occasional new browser. */
function whenIncompatible(session: SessionModel, missing: string): Transition {
  const next: SessionModel = {
    ...session,
    state: 'DISCONNECTED',
    reason: 'page_incompatible',
    detail: missing,
    retryPlanned: true,
  };
  return {
    ...enter(next, 'connected'),
    effects: isIncompatible(session) ? [] : [{ kind: 'plan_retry', reason: 'page_incompatible' }],
  };
}

/** Such a page is not made whole by a network that comes back: only a self-test says that it works. */
function isIncompatible({ phase, reason }: SessionModel): boolean {
  return phase === 'connected' && reason === 'page_incompatible';
}

/** A code to scan: from a page that has no link, or one whose sign-in fell through. */
function whenQr(session: SessionModel): Transition {
  const { phase } = session;
  if (phase !== 'loading' && phase !== 'authenticating') return stay(session);
  return enter({ ...session, state: 'QR_READY', reason: 'awaiting_scan', detail: null }, 'linking');
}

/** By the reason's row: who repairs it decides what happens to the browser and when the next one opens. */
function fail(session: SessionModel, reason: Reason, detail: string | null): Transition {
  if (reason === 'opened_elsewhere' && session.mayTakeOver) return takeOver(session);
  const failed = { ...session, reason, detail };
  if (isParking(reason))
    return end({ ...failed, state: 'DISCONNECTED' }, workerExit.parked, reason === 'profile_corrupt');
  if (reasons[reason].retry === 'network')
    return isIncompatible(session) ? stay(session) : goOffline(session, reason, detail);
  const state = reasons[reason].retry === 'slow' ? 'DISCONNECTED' : 'RECONNECTING';
  return {
    next: { ...failed, state, phase: 'waiting', client: 'ending', afterEnd: 'wait', retryPlanned: true },
    effects: [
      { kind: 'end_client', ask: reason !== 'browser_hung', discardProfile: false },
      { kind: 'plan_retry', reason },
    ],
    progressed: true,
  };
}

/** Once: a second conflict is somebody who took it back, and only a person can settle that. */
function takeOver(session: SessionModel): Transition {
  return { next: { ...session, mayTakeOver: false }, effects: [{ kind: 'take_over' }], progressed: true };
}

/** That WhatsApp can't be reached is what a lost network means; a proxy in the way says more. */
function isSaid({ reason }: SessionModel, cause: OutageCause): boolean {
  return reason === cause || (reason === 'network_lost' && cause === 'whatsapp_unreachable');
}

function goOffline(session: SessionModel, reason: Reason, detail: string | null): Transition {
  const next: SessionModel = {
    ...session,
    state: 'RECONNECTING',
    reason,
    detail,
    phase: 'offline',
    retryPlanned: true,
  };
  return { next, effects: session.phase === 'offline' ? [] : [{ kind: 'watch_network' }], progressed: true };
}

function whenRetryDue(session: SessionModel): Transition {
  if (!session.retryPlanned) return stay(session);
  const due = { ...session, retryPlanned: false };
  switch (session.client) {
    case 'none':
      return open(due);
    case 'ending':
      return stay({ ...due, afterEnd: 'open' });
    case 'live':
      return {
        next: { ...due, phase: 'waiting', client: 'ending', afterEnd: 'open' },
        effects: [{ kind: 'end_client', ask: true, discardProfile: false }],
        progressed: true,
      };
  }
}

function whenGone(session: SessionModel): Transition {
  if (session.client !== 'ending') return stay(session);
  const gone: SessionModel = { ...session, client: 'none', afterEnd: 'wait' };
  return session.afterEnd === 'open' ? open(gone) : stay(gone);
}

function whenEnded(session: SessionModel, event: SessionEvent): Transition {
  if (event.kind !== 'client_gone' || session.client !== 'ending' || session.exitCode === null) {
    return stay(session);
  }
  return {
    next: { ...session, client: 'none' },
    effects: [{ kind: 'exit', code: session.exitCode }],
    progressed: false,
  };
}

function open(session: SessionModel): Transition {
  return {
    ...enter({ ...session, client: 'live', missingModule: null }, 'launching'),
    effects: [{ kind: 'open_client' }],
  };
}

function end(session: SessionModel, exitCode: number, discardProfile = false): Transition {
  const next: SessionModel = { ...session, phase: 'ended', exitCode, retryPlanned: false, afterEnd: 'exit' };
  // A profile can only be thrown away by way of ending a client, even one that is not there.
  return {
    next: { ...next, client: 'ending' },
    effects: [{ kind: 'end_client', ask: true, discardProfile }],
    progressed: true,
  };
}

/** A first link shows AUTHENTICATING; a link that is being repaired stays RECONNECTING until it works. */
function signingIn(session: SessionModel): SessionModel {
  if (session.state !== 'STARTING' && session.state !== 'QR_READY') return session;
  return { ...session, state: 'AUTHENTICATING', reason: null, detail: null };
}

function connected(session: SessionModel): SessionModel {
  return {
    ...session,
    state: 'CONNECTED',
    reason: null,
    detail: null,
    retryPlanned: false,
    mayTakeOver: false,
    missingModule: null,
  };
}

function lastFailure(session: SessionModel): string | null {
  if (session.reason === null || session.reason === 'max_reconnects') return session.detail;
  return `last: ${session.reason}${session.detail ? ` (${session.detail})` : ''}`;
}

function enter(session: SessionModel, phase: Phase): Transition {
  return { next: { ...session, phase }, effects: [], progressed: true };
}

function stay(session: SessionModel): Transition {
  return { next: session, effects: [], progressed: false };
}
