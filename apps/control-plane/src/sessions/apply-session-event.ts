import { isParking, type SessionSnapshot, type SessionState, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { refreshTenantStatus } from './refresh-tenant-status';
import { clearedCodes, sessionColumns } from './session-columns';

export interface SessionEventResult {
  events: NewTenantEvent[];
  state: SessionState;
  /** The account that messages after this event belong to. */
  accountId: string | null;
  greenUntil: Date | null;
}

export type ApplySessionEvent = (
  tx: Transaction,
  tenantId: TenantId,
  snapshot: SessionSnapshot,
) => Promise<SessionEventResult>;

/**
 * Stores a worker's snapshot of its session: the session, the account that was linked or unlinked, parking, and the
 * tenant's summary. Repeating a snapshot changes nothing. The caller has made sure that it comes from the
 * current generation, and holds the lock on the tenant's worker row.
 */
export function createSessionEventApplier(deps: {
  newId: (prefix: string) => string;
  now: () => Date;
  /** How long one proven round trip keeps a tenant green. */
  greenMs: number;
}): ApplySessionEvent {
  return async (tx, tenantId, snapshot) => {
    const now = deps.now();
    const before = await tx.whatsappSession.findUnique({ where: { tenantId }, include: { account: true } });
    const account = await linkAccount(tx, tenantId, snapshot, before?.account ?? null, now, deps.newId);
    const isOver = snapshot.state === 'LOGGED_OUT' || snapshot.state === 'DISCONNECTED';
    const hasChanged =
      before === null || before.state !== snapshot.state || before.reason !== snapshot.reason;
    const parks = hasChanged && isOver && snapshot.reason !== null && isParking(snapshot.reason);
    const columns = {
      ...sessionColumns(snapshot, now),
      ...(isOver ? clearedCodes : {}),
      ...(parks || snapshot.state === 'CONNECTED' ? { takeOver: false } : {}),
      accountId: account.id,
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
    return { events, state: snapshot.state, accountId: account.id, greenUntil };
  };
}

/** CONNECTED is entered by a proven round trip; how long ago that was shortens the green. */
function provenUntil(snapshot: SessionSnapshot, now: Date, greenMs: number): Date | null {
  if (snapshot.state !== 'CONNECTED' || snapshot.lastSeenAt === null) return null;
  return new Date(Math.min(snapshot.lastSeenAt, now.getTime()) + greenMs);
}

interface KnownAccount {
  id: string;
  phoneNumber: string;
  lid: string | null;
  name: string | null;
}

/** One row per link of an account: another number, or a link after a logout, is a new one. */
async function linkAccount(
  tx: Transaction,
  tenantId: TenantId,
  snapshot: SessionSnapshot,
  known: KnownAccount | null,
  now: Date,
  newId: (prefix: string) => string,
): Promise<{ id: string | null }> {
  if (snapshot.state === 'LOGGED_OUT') {
    if (known !== null) await unlinkAccount(tx, known.id, now);
    return { id: null };
  }
  const seen = snapshot.account;
  if (seen === null || seen.phoneNumber === known?.phoneNumber) {
    if (known === null) return { id: null };
    const learned = { lid: seen?.lid ?? known.lid, name: seen?.name ?? known.name };
    if (learned.lid !== known.lid || learned.name !== known.name)
      await tx.account.update({ where: { id: known.id }, data: learned });
    return { id: known.id };
  }
  if (known !== null) await unlinkAccount(tx, known.id, now);
  const id = newId('acc');
  await tx.account.create({ data: { id, tenantId, ...seen, linkedAt: now } });
  return { id };
}

async function unlinkAccount(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.account.update({ where: { id }, data: { unlinkedAt: now } });
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
