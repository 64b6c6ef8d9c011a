import type {
  DesiredState,
  Reason,
  SessionState,
  TenantId,
  TenantLimits,
  WorkerStatus,
} from '@wafleet/contracts';
import type { Observation } from '../../drivers/worker-driver';
import type { MemoryFacts } from './memory';
import type { SessionAct } from './session-act';

/** What one pass decides with: what is wanted, what the rows say, what is observed. Times are Unix milliseconds. */
export interface TenantFacts {
  now: number;
  desiredState: DesiredState;
  /** An operator has the installation drained: no worker is to run. */
  isDrained: boolean;
  parkedReason: Reason | null;
  /** The snapshot that takes the place of a profile that lost its login, where there is one that was not tried yet. */
  restorable: string | null;
  /** The tenant's own; null: as the installation says. */
  limits: TenantLimits | null;
  /** The worker was started with them, or nothing holds it to any. */
  limitsAreApplied: boolean;
  worker: WorkerFacts;
  session: SessionFacts;
  /** Of the present generation; null before it has told. */
  memory: MemoryFacts | null;
  observed: Observation;
  link: LinkFacts;
  /** False while too much of the fleet is silent at once: then it is we who can't hear. */
  mayKillSilent: boolean;
}

export interface WorkerFacts {
  status: WorkerStatus;
  reason: Reason | null;
  /** 0 before the first start. */
  generation: number;
  startedAt: number | null;
  healthySince: number | null;
  /** The end of this generation is written down. */
  hasEnded: boolean;
  nextStartAt: number | null;
  /** The worker of this generation is to be replaced, because a person asked for it. */
  replaceGeneration: number | null;
  /** What an operator asked for and is not done yet. */
  pendingAct: SessionAct | null;
  crashes: number[];
}

export interface SessionFacts {
  state: SessionState;
  reason: Reason | null;
  since: number;
  /** When anything was last told of it; the opening of a link is followed by all that its worker knows. */
  toldAt: number;
  /** The worker's own next try. */
  nextAttemptAt: number | null;
  /** A code to type on the phone is shown until then. */
  pairingExpiresAt: number | null;
  isLinked: boolean;
  /** The link would survive a crash of the browser: it has reached the disk. */
  linkIsDurable: boolean;
}

export interface LinkFacts {
  /** The open link, if any. */
  current: { generation: number; openedAt: number; silentMs: number } | null;
  /** Since when there is none. */
  linklessSince: number;
}

/** A tenant's rows, without what is observed. */
export interface TenantRows extends Pick<
  TenantFacts,
  | 'desiredState'
  | 'parkedReason'
  | 'restorable'
  | 'limits'
  | 'limitsAreApplied'
  | 'worker'
  | 'session'
  | 'memory'
> {
  tenantId: TenantId;
  osUid: number | null;
}
