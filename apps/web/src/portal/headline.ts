import type { ReasonView, TenantStatusView } from '@wafleet/contracts';
import type { Tone } from '@/ui/mark';

/** What a person can press about a session. */
export type SessionAct =
  | 'connect'
  | 'start'
  | 'stop'
  | 'restart'
  | 'try_now'
  | 'logout'
  | 'reset'
  | 'take_over'
  | 'leave_there'
  | 'accept_number';

export interface Headline {
  tone: Tone;
  /** The state in a word or two, for beside a dot. */
  word: string;
  title: string;
  text: string;
  /** The most useful first. */
  acts: SessionAct[];
  /** Something other than waiting is asked of somebody. */
  needsAttention: boolean;
}

/** A start that takes longer than this may be started again by hand. */
export const slowStartMs = 60_000;

/**
 * How a session is, for its owner: one title, what it means, and what can be pressed. Labels and explanations of reasons
 * come with the status, so that page, API and log say the same.
 */
export function headline(status: TenantStatusView, nowMs: number): Headline {
  const { reason, session } = status;
  switch (status.status) {
    case 'NEW':
      return {
        tone: 'rest',
        word: 'Not connected',
        title: 'Not connected yet',
        text: 'Link your WhatsApp to start sending and receiving. You need your phone.',
        acts: ['connect'],
        needsAttention: true,
      };
    case 'PAUSED':
      return {
        tone: 'rest',
        word: reason?.code === 'moved' ? 'Moved' : 'Stopped',
        title: reason?.code === 'moved' ? 'Session moved' : 'Session stopped',
        text: `${stopped(status)}${reason?.explanation ?? 'Nothing is sent or received until it is started.'}`,
        acts: reason?.code === 'moved' ? [] : ['start'],
        needsAttention: true,
      };
    case 'STARTING':
      return starting(status, nowMs);
    case 'QR_PENDING':
      return {
        tone: 'warn',
        word: 'To be linked',
        title: reason?.label ?? 'Waiting for a scan',
        text: reason?.explanation ?? 'Scan the code with WhatsApp on the phone.',
        acts: ['connect'],
        needsAttention: true,
      };
    case 'ACTIVE':
      return active(reason);
    case 'RECOVERING':
      return recovering(status);
    case 'ERROR':
      return failed(reason, status.detail);
    case 'ERASING':
      return {
        tone: 'rest',
        word: 'Being erased',
        title: 'This workspace is being erased',
        text: 'Everything that belongs to it is removed. Nothing can be changed any more.',
        acts: [],
        needsAttention: false,
      };
  }

  function starting({ since }: TenantStatusView, now: number): Headline {
    if (session.state === 'AUTHENTICATING') return settingUp(session.syncPercent);
    const isWaiting = reason?.code === 'capacity_wait';
    const isSlow = now - new Date(since).getTime() > slowStartMs;
    return {
      tone: 'busy',
      word: isWaiting ? 'Waiting' : 'Starting',
      title: isWaiting ? reason.label : 'Starting your session',
      text: isWaiting
        ? `${status.place === null ? '' : `You are number ${status.place}. `}${reason.explanation}`
        : isSlow
          ? 'Taking longer than usual.'
          : 'Usually under 30 seconds.',
      acts: !isWaiting && isSlow ? ['restart', 'reset'] : [],
      needsAttention: false,
    };
  }
}

/** Operators are no names to a tenant's people. */
function stopped({ stoppedBy }: TenantStatusView): string {
  if (stoppedBy === null) return '';
  return `Stopped by ${stoppedBy === 'operator' ? 'an operator' : stoppedBy}. `;
}

function settingUp(percent: number | null): Headline {
  return {
    tone: 'busy',
    word: 'Setting up',
    title: 'Phone linked, finishing set-up',
    text: `Keep WhatsApp open on your phone.${percent === null ? '' : ` ${Math.round(percent)} %.`}`,
    acts: [],
    needsAttention: false,
  };
}

function active(reason: ReasonView | null): Headline {
  if (reason === null) {
    return {
      tone: 'good',
      word: 'Connected',
      title: 'Connected',
      text: 'Messages are sent and received.',
      acts: ['restart', 'logout', 'reset'],
      needsAttention: false,
    };
  }
  return {
    tone: 'warn',
    word: 'Connected',
    title: reason.label,
    text: reason.explanation,
    acts: [
      ...(reason.code === 'different_number' ? (['accept_number'] as const) : []),
      'restart',
      'logout',
      'reset',
    ],
    needsAttention: true,
  };
}

function recovering({ reason, session }: TenantStatusView): Headline {
  if (session.state === 'AUTHENTICATING' && reason === null) return settingUp(session.syncPercent);
  const isReconnecting = session.state === 'RECONNECTING';
  const why = reason === null ? 'It comes back by itself; no scan needed.' : reason.explanation;
  return {
    tone: 'warn',
    word: isReconnecting ? 'Reconnecting' : 'Repairing',
    title: isReconnecting ? 'Reconnecting' : 'Repairing your session',
    text: `${why} Messages wait until then.`,
    acts: isReconnecting ? ['try_now', 'reset'] : ['reset'],
    needsAttention: false,
  };
}

const actsByUserAction: Partial<Record<string, SessionAct[]>> = {
  link_again: ['connect'],
  show_new_code: ['connect'],
  scan: ['connect'],
  enter_code: ['connect'],
  choose_account: ['connect'],
  choose_take_over: ['take_over', 'leave_there'],
  reconnect: ['try_now', 'reset'],
  start: ['start'],
};

/** What an administrator must do, where it is none of the tenant's. */
const forAdministrators = ['fix_machine', 'update_wafleet', 'raise_limit'];

function failed(reason: ReasonView | null, detail: string | null): Headline {
  if (reason === null) {
    return {
      tone: 'bad',
      word: 'Needs attention',
      title: 'The session has a problem',
      text: detail ?? 'What it is can not be said more exactly.',
      acts: ['try_now', 'reset'],
      needsAttention: true,
    };
  }
  const isForOthers = forAdministrators.includes(reason.userAction);
  return {
    tone: 'bad',
    word: 'Needs attention',
    title: reason.label,
    text: `${reason.explanation}${isForOthers ? ' Your administrator is needed for this.' : ''}`,
    acts: actsByUserAction[reason.userAction] ?? [],
    needsAttention: true,
  };
}
