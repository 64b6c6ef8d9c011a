import { isParking, type SessionSnapshot, type SessionState, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { strongerAct, type SessionAct } from '../supervisor/decide/session-act';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { accountStep, linkAccount } from './link-account';
import { refreshTenantStatus } from './refresh-tenant-status';
import { clearedCodes, sessionColumns } from './session-columns';

/** The worker that reports, of the current generation. */
export interface Reporter {
  tenantId: TenantId;
  generation: number;
  /** The account that this generation linked was refused. */
  isRefused: boolean;
}

export interface SessionEventResult {
  events: NewTenantEvent[];
  state: SessionState;
  /** The account that messages after this event belong to. */
  accountId: string | null;
  isRefused: boolean;
  accountLinkedAt: Date | null;
  /** Set where a session that was not connected now is: until when it was heard, if that is known. */
  returned: { heardUntil: Date | null; isNewLink: boolean } | null;
  greenUntil: Date | null;
}

export type ApplySessionEvent = (
  tx: Transaction,
  reporter: Reporter,
  snapshot: SessionSnapshot,
) => Promise<SessionEventResult>;

/**
 * Stores a worker's snapshot of its session: the session, the account that was linked or unlinked, parking, and the
 * tenant's summary. Repeating a snapshot changes nothing. A number that another tenant has linked is refused: the tenant
 * is parked, and that the link is ended at WhatsApp is written down to be done. The caller has made sure that the snapshot
 * comes from the current generation, and holds the lock on the tenant's worker row.
 */
export function createSessionEventApplier(deps: {
  newId: (prefix: string) => string;
  now: () => Date;
  /** How long one proven round trip keeps a tenant green. */
  greenMs: number;
}): ApplySessionEvent {
  return async (tx, reporter, reported) => {
    const now = deps.now();
    const { tenantId } = reporter;
    const before = await tx.whatsappSession.findUnique({ where: { tenantId }, include: { account: true } });
    const link = reporter.isRefused
      ? { kind: 'refused' as const }
      : await linkAccount(tx, tenantId, accountStep(reported, before?.account ?? null), { ...deps, now });
    const isRefused = link.kind === 'refused';
    if (isRefused && !reporter.isRefused) await refuse(tx, reporter);
    const snapshot = isRefused ? whenRefused(reported) : reported;
    const accountId = link.kind === 'linked' ? link.accountId : null;
    const isOver = snapshot.state === 'LOGGED_OUT' || snapshot.state === 'DISCONNECTED';
    const hasChanged =
      before === null || before.state !== snapshot.state || before.reason !== snapshot.reason;
    const parks = hasChanged && isOver && snapshot.reason !== null && isParking(snapshot.reason);
    const columns = {
      ...sessionColumns(snapshot, now),
      ...(isOver ? clearedCodes : {}),
      ...(parks || snapshot.state === 'CONNECTED' ? { takeOver: false } : {}),
      accountId,
    };
    await tx.whatsappSession.upsert({
      where: { tenantId },
      create: { tenantId, ...columns },
      update: columns,
    });

    const greenUntil = provenUntil(snapshot, now, deps.greenMs);
    await tx.tenant.update({
      where: { id: tenantId },
      data: {
        ...(snapshot.state === 'CONNECTED' && greenUntil === null ? {} : { greenUntil }),
        // Only the change parks: a repeat must not undo a person's decision to go on.
        ...(parks ? { parkedReason: snapshot.reason } : {}),
      },
    });

    const events: NewTenantEvent[] = [];
    if (hasChanged) events.push(stateEvent(tenantId, snapshot, before?.state ?? null, now));
    if (snapshot.qr !== null && snapshot.qr.sequence !== before?.qrSequence)
      events.push(qrEvent(tenantId, snapshot.qr, now));
    events.push(...(await refreshTenantStatus(tx, tenantId, now)));
    if (snapshot.state === 'CONNECTED' && before?.state !== 'CONNECTED') await useUpLink(tx, tenantId, now);
    const accountLinkedAt = link.kind === 'linked' ? link.linkedAt : null;
    const hasReturned = snapshot.state === 'CONNECTED' && before?.state !== 'CONNECTED' && accountId !== null;
    return {
      events,
      state: snapshot.state,
      accountId,
      accountLinkedAt,
      returned: hasReturned
        ? { heardUntil: before?.lastHeardAt ?? null, isNewLink: accountId !== before?.accountId }
        : null,
      isRefused,
      greenUntil,
    };
  };
}

/** CONNECTED is entered by a proven round trip; how long ago that was shortens the green. */
function provenUntil(snapshot: SessionSnapshot, now: Date, greenMs: number): Date | null {
  if (snapshot.state !== 'CONNECTED' || snapshot.lastSeenAt === null) return null;
  return new Date(Math.min(snapshot.lastSeenAt, now.getTime()) + greenMs);
}

/** An onboarding link that was opened has done what it is for. */
async function useUpLink(tx: Transaction, tenantId: TenantId, now: Date): Promise<void> {
  await tx.onboardingLink.updateMany({
    where: { tenantId, openedAt: { not: null }, usedAt: null, revokedAt: null },
    data: { usedAt: now },
  });
}

/** The intent to end the link at WhatsApp; the supervisor does it, whatever is interrupted. */
async function refuse(tx: Transaction, { tenantId, generation }: Reporter): Promise<void> {
  const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
  const pendingAct = strongerAct(worker.pendingAct as SessionAct | null, 'refuse_link');
  await tx.workerProcess.update({
    where: { tenantId },
    data: { refusedGeneration: generation, pendingAct },
  });
}

/** Whatever its page still shows, the session is nobody's until the link is ended. */
function whenRefused(reported: SessionSnapshot): SessionSnapshot {
  const isEnded = reported.state === 'LOGGED_OUT';
  return {
    ...reported,
    state: isEnded ? 'LOGGED_OUT' : 'DISCONNECTED',
    reason: 'number_in_use',
    detail: isEnded ? reported.detail : null,
    account: null,
    qr: null,
    pairingCode: null,
    linkIsDurable: false,
    syncPercent: null,
  };
}

function stateEvent(
  tenantId: TenantId,
  snapshot: SessionSnapshot,
  previous: SessionState | null,
  at: Date,
): NewTenantEvent {
  const { state, reason, attempt } = snapshot;
  return { tenantId, type: 'session.state', at, data: { state, reason, attempt, previous } };
}

function qrEvent(tenantId: TenantId, qr: { sequence: number; expiresAt: number }, at: Date): NewTenantEvent {
  const expiresAt = new Date(qr.expiresAt).toISOString();
  return { tenantId, type: 'session.qr', at, data: { sequence: qr.sequence, expiresAt } };
}
