import type {
  DesiredState,
  SessionState,
  TenantStatus,
  TenantStatusView,
  WorkerStatus,
} from '@wafleet/contracts';
import type { BootsView } from '../../supervisor/boot-places';
import { explainWait, placeToBoot } from '../../supervisor/explain-wait';
import { effectiveStatus } from './tenant-status';
import { reasonView } from '../tenant-view';

/** Everything about one tenant's state, as one query reads it. */
export interface StatusRow {
  tenantId: string;
  status: TenantStatus;
  statusReason: string | null;
  statusSince: Date;
  greenUntil: Date | null;
  desiredState: DesiredState;
  lastError: string | null;
  sessionState: SessionState;
  sessionReason: string | null;
  sessionDetail: string | null;
  sessionSince: Date;
  attempt: number;
  nextAttemptAt: Date | null;
  linkIsDurable: boolean;
  syncPercent: number | null;
  lastSeenAt: Date | null;
  whatsappWebVersion: string | null;
  browserVersion: string | null;
  libraryVersion: string | null;
  degraded: string[];
  accountPhoneNumber: string | null;
  accountName: string | null;
  workerStatus: WorkerStatus;
  workerReason: string | null;
  workerDetail: string | null;
  generation: number;
  startedAt: Date | null;
  nextStartAt: Date | null;
  restarts: number;
  /** Of the current generation; null before its first heartbeat. */
  lastHeartbeatAt: Date | null;
  nodeBytes: bigint | null;
  browserBytes: bigint | null;
  cpuPercent: number | null;
  groupBytes: bigint | null;
  groupLimitBytes: bigint | null;
  groupPids: number | null;
  groupPidsLimit: number | null;
  groupCpuLimit: number | null;
  diskBytes: bigint | null;
  queuedMessages: bigint;
  stoppedBy: string | null;
  pacedUntil: Date | null;
  sendsPerMinute: number;
}

/** @param boots who boots and who waits for that: a place in a queue is nobody's row */
export function statusView(row: StatusRow, now: Date, boots: () => BootsView): TenantStatusView {
  const { status, reason } = effectiveStatus(row, now);
  const wait = reason === 'capacity_wait' ? boots() : null;
  const isStarted = row.workerStatus === 'STARTING' || row.workerStatus === 'RUNNING';
  return {
    tenantId: row.tenantId,
    status,
    reason: reasonView(reason),
    detail: wait ? explainWait(wait, row.tenantId) : detailOf(row, reason),
    since: sinceOf(row, status).toISOString(),
    desiredState: row.desiredState,
    stoppedBy: row.stoppedBy,
    place: wait && placeToBoot(wait, row.tenantId),
    isLoggedIn: row.accountPhoneNumber !== null && !asksForLink(row),
    isConnected: status === 'ACTIVE',
    attempt: row.attempt,
    nextAttemptAt: instant(isStarted ? row.nextAttemptAt : row.nextStartAt),
    lastError: row.lastError,
    session: {
      state: row.sessionState,
      since: row.sessionSince.toISOString(),
      lastSeenAt: instant(row.lastSeenAt),
      account:
        row.accountPhoneNumber === null
          ? null
          : { phoneNumber: row.accountPhoneNumber, name: row.accountName },
      linkIsDurable: row.linkIsDurable,
      syncPercent: row.syncPercent,
      degraded: row.sessionState === 'CONNECTED' ? row.degraded : [],
      versions: {
        whatsappWeb: row.whatsappWebVersion,
        browser: row.browserVersion,
        library: row.libraryVersion,
      },
    },
    worker: {
      status: row.workerStatus,
      generation: row.generation,
      startedAt: instant(row.startedAt),
      lastHeartbeatAt: instant(row.lastHeartbeatAt),
      restarts: row.restarts,
      memory: { nodeBytes: bytes(row.nodeBytes), browserBytes: bytes(row.browserBytes) },
      cpuPercent: row.cpuPercent,
      container: containerUse(row),
      diskBytes: bytes(row.diskBytes),
    },
    queues: {
      outbound: Number(row.queuedMessages),
      nextSendAt: instant(nextSendAt(row, now)),
      sendsPerMinute: row.sendsPerMinute,
    },
  };
}

function containerUse(row: StatusRow) {
  if (row.groupBytes === null && row.groupPids === null) return null;
  return {
    memoryBytes: bytes(row.groupBytes),
    memoryLimitBytes: bytes(row.groupLimitBytes),
    pids: row.groupPids,
    pidsLimit: row.groupPidsLimit,
    cpuLimit: row.groupCpuLimit,
  };
}

/** The account is still known, but its login is not there any more. */
function asksForLink({ sessionState, sessionReason }: StatusRow): boolean {
  return sessionState === 'QR_READY' || sessionReason === 'profile_corrupt';
}

/** The particulars belong to whichever fact gave the reason. */
function detailOf(row: StatusRow, reason: string | null): string | null {
  if (reason === null) return null;
  if (reason === row.sessionReason) return row.sessionDetail;
  return reason === row.workerReason ? row.workerDetail : null;
}

/** Green that has expired unnoticed has been something else since it expired. */
function sinceOf(row: StatusRow, shown: TenantStatus): Date {
  return shown !== row.status && row.greenUntil !== null ? row.greenUntil : row.statusSince;
}

function nextSendAt({ queuedMessages, pacedUntil, sendsPerMinute }: StatusRow, now: Date): Date | null {
  const waits = queuedMessages > 0 && sendsPerMinute > 0 && pacedUntil !== null && pacedUntil > now;
  return waits ? pacedUntil : null;
}

function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

function bytes(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
