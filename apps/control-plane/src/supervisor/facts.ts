import type { DesiredState, Reason, SessionState, TenantId, WorkerStatus } from '@wafleet/contracts';
import type { Observation } from '../drivers/worker-driver';
import type { SessionAct } from './session-act';

/** What one pass decides with: what is wanted, what the rows say, what is observed. Times are Unix milliseconds. */
export interface TenantFacts {
  now: number;
  desiredState: DesiredState;
  parkedReason: Reason | null;
  worker: WorkerFacts;
  session: SessionFacts;
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
  since: number;
  isLinked: boolean;
  /** The link would survive a crash of the browser: it has reached the disk. */
  linkIsDurable: boolean;
}

export interface LinkFacts {
  /** The open link, if any. */
  current: { generation: number; silentMs: number } | null;
  /** Since when there is none. */
  linklessSince: number;
}

/** A tenant's rows, without what is observed. */
export interface TenantRows extends Pick<
  TenantFacts,
  'desiredState' | 'parkedReason' | 'worker' | 'session'
> {
  tenantId: TenantId;
  osUid: number | null;
}
