import type { Reason, SessionState } from '@wafleet/contracts';

/**
 * What the session is busy with. Finer than its state: each phase has a deadline of its own, while a state such as
 * RECONNECTING spans several.
 */
export type Phase =
  /** The browser's process is starting. */
  | 'launching'
  /** The page is loading. */
  | 'loading'
  /** A QR or a pairing code waits for a person. */
  | 'linking'
  /** WhatsApp decides about the link. */
  | 'authenticating'
  /** Signed in; messages are catching up. */
  | 'syncing'
  /** The page works; probes watch it. */
  | 'connected'
  /** The network is away; the browser is kept and reachability is watched. */
  | 'offline'
  /** For the next attempt. */
  | 'waiting'
  /** Nothing more will happen; the process exits once the client is gone. */
  | 'ended';

/** One session, everything its decisions depend on. */
export interface SessionModel {
  readonly state: SessionState;
  readonly reason: Reason | null;
  readonly detail: string | null;
  readonly phase: Phase;
  /** The one browser. `ending` until its whole process tree is proven gone; only `none` lets a new one open. */
  readonly client: 'none' | 'live' | 'ending';
  /** What follows when the ending client is gone. */
  readonly afterEnd: 'wait' | 'open' | 'exit';
  readonly exitCode: number | null;
  /** A retry timer or the network watch will come back with `retry_due`. */
  readonly retryPlanned: boolean;
  /** A person chose this place: a conflict is answered by taking over, once and only before the session connects. */
  readonly mayTakeOver: boolean;
  /** The page was asked for this module and does not have it: why it does not become ready, if it does not. */
  readonly missingModule: string | null;
}

export type SessionEvent =
  | { kind: 'start' }
  | { kind: 'browser_started' }
  | { kind: 'page_loaded' }
  | { kind: 'qr' }
  /** A person asked for a code to type. */
  | { kind: 'pairing_code' }
  | { kind: 'pairing_code_renewed' }
  /** The phone scanned, or the page restores a link it has. */
  | { kind: 'authenticating' }
  | { kind: 'syncing' }
  | { kind: 'module_missing'; name: string }
  | { kind: 'ready' }
  /** The page works in part; `missing` names what does not. */
  | { kind: 'incompatible'; missing: string }
  | { kind: 'probe_ok' }
  | { kind: 'probe_missed' }
  | { kind: 'network_lost' }
  | { kind: 'network_back' }
  /** A look at a network that is away found this. */
  | { kind: 'network_trouble'; reason: OutageCause; detail: string | null }
  | { kind: 'failed'; reason: Reason; detail: string | null }
  | { kind: 'logged_out'; reason: LogoutReason; detail: string | null }
  | { kind: 'deadline' }
  | { kind: 'retry_due' }
  | { kind: 'attempts_used_up' }
  | { kind: 'client_gone' }
  | { kind: 'stop'; exitCode: number };

export type OutageCause = Extract<Reason, 'whatsapp_unreachable' | 'proxy_unreachable'>;

export type LogoutReason = Extract<
  Reason,
  'phone_logged_out' | 'unpaired' | 'signed_out_by_user' | 'number_in_use'
>;

export type SessionEffect =
  | { kind: 'open_client' }
  /** Comes back with `client_gone`. A hung browser is not asked to close. */
  | { kind: 'end_client'; ask: boolean; discardProfile: boolean }
  /** The page becomes the one place where WhatsApp is open; what comes of it shows as every other progress does. */
  | { kind: 'take_over' }
  /** Comes back with `retry_due` or `attempts_used_up`. */
  | { kind: 'plan_retry'; reason: Reason }
  /** Comes back with `network_back` or `retry_due`. */
  | { kind: 'watch_network' }
  | { kind: 'exit'; code: number };

export interface Transition {
  next: SessionModel;
  effects: SessionEffect[];
  /** The phase's deadline starts anew. */
  progressed: boolean;
}

export const initialSession: SessionModel = {
  state: 'STARTING',
  reason: null,
  detail: null,
  phase: 'waiting',
  client: 'none',
  afterEnd: 'wait',
  exitCode: null,
  retryPlanned: false,
  mayTakeOver: false,
  missingModule: null,
};

/** The reason a phase ends with when nothing moved for its time; phases without one are watched by other means. */
export const deadlineReasons = {
  launching: 'launch_timeout',
  loading: 'page_timeout',
  linking: 'qr_expired',
  authenticating: 'auth_timeout',
  syncing: 'ready_timeout',
} as const satisfies Partial<Record<Phase, Reason>>;

export type TimedPhase = keyof typeof deadlineReasons;

export function isTimed(phase: Phase): phase is TimedPhase {
  return phase in deadlineReasons;
}
