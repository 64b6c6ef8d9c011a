import { randomUUID } from 'node:crypto';
import { AppError, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { clearedCodes } from '../../sessions/session-columns';
import type { NewTenantEvent } from '../../tenants/tenant-events';
import type { TenantFacts, TenantRows } from '../decide/facts';
import type { SessionAct } from '../decide/session-act';
import { clearAway, cleanSlate, fenced, finish, type PerformActDeps } from './act-steps';
import { restoreProfile } from './restore-profile';

/** Longer than a worker waits for WhatsApp to confirm a logout. */
const commandTimeoutMs = 15_000;

/**
 * Does what an operator asked for. It is taken from the row only with its outcome, so whatever interrupts it, it is
 * done again from the beginning; every step of it may be repeated.
 */
export async function performAct(
  deps: PerformActDeps,
  rows: TenantRows,
  facts: TenantFacts,
  act: SessionAct,
): Promise<void> {
  deps.log.info({ tenantId: rows.tenantId, act }, 'act begins');
  switch (act) {
    case 'reset_reconnect':
      return facts.observed.state === 'running' ? resetInWorker(deps, rows) : resetRestarts(deps, rows);

    case 'force_cleanup':
      await clearAway(deps, rows, { keepsLogin: true });
      return finish(deps, rows, act, cleanSlate);

    case 'reset':
      await resetLogin(deps, rows, facts);
      await deps.driver.setProfileAside(rows.tenantId);
      return finish(deps, rows, act, { ...cleanSlate, ...fenced(rows) }, forgetLogin);

    case 'restore':
      return restoreProfile(deps, rows, null);

    case 'logout':
      return endLogin(deps, rows, facts, { act, reason: 'signed_out_by_user' });

    case 'refuse_link':
      return endLogin(deps, rows, facts, { act, reason: 'number_in_use' });
  }
}

/** A login that WhatsApp was not told to end may be wanted back; one that it ended is void. */
async function resetLogin(deps: PerformActDeps, rows: TenantRows, facts: TenantFacts): Promise<void> {
  const mayTell = rows.session.isLinked && facts.link.current !== null;
  const isEnded = mayTell && (await signOut(deps, rows.tenantId));
  await clearAway(deps, rows, { keepsLogin: !isEnded });
}

/** A worker that is too old to know the command is replaced: the new one starts counting anew. */
async function resetInWorker(deps: PerformActDeps, rows: TenantRows): Promise<void> {
  const { tenantId, worker } = rows;
  const command = { kind: 'session.reset_reconnect' as const };
  const { result } = await deps.links.command(tenantId, commandId(), command, commandTimeoutMs);
  if (result.ok) return finish(deps, rows, 'reset_reconnect', { crashes: [] });
  deps.log.warn({ tenantId, code: result.code }, 'worker can not reset its reconnecting; it is replaced');
  const columns = { crashes: [], replaceGeneration: worker.generation };
  return finish(deps, rows, 'reset_reconnect', columns, forgetAttempts);
}

async function resetRestarts(deps: PerformActDeps, rows: TenantRows): Promise<void> {
  // A loop is a matter of counted crashes; without them it was a crash.
  const reason = rows.worker.reason === 'crash_looping' ? 'worker_exited' : rows.worker.reason;
  await finish(deps, rows, 'reset_reconnect', { reason, crashes: [], nextStartAt: null }, forgetAttempts);
}

/**
 * As far as the worker can: whatever becomes of it, the profile with the login is set aside.
 * @returns whether the worker did it
 */
export async function signOut(
  deps: Pick<PerformActDeps, 'links' | 'log'>,
  tenantId: TenantId,
  reason?: EndOfLogin,
): Promise<boolean> {
  try {
    // A worker that is told nothing else takes it for the user's wish.
    const told = reason === 'number_in_use' ? reason : undefined;
    const command = { kind: 'session.logout' as const, reason: told };
    const { result } = await deps.links.command(tenantId, commandId(), command, commandTimeoutMs);
    return result.ok && result.value.unlinked === true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn({ tenantId, err: error }, 'WhatsApp could not be told of the sign-out');
    return false;
  }
}

async function forgetAttempts(tx: Transaction, tenantId: TenantId): Promise<NewTenantEvent[]> {
  await tx.whatsappSession.update({ where: { tenantId }, data: { attempt: 0, nextAttemptAt: null } });
  return [];
}

/** The session as before its first link; messages stay, and with them the account that they came by. */
async function forgetLogin(tx: Transaction, tenantId: TenantId, now: Date): Promise<NewTenantEvent[]> {
  await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: null } });
  return writeWithoutLogin(tx, tenantId, { state: 'DISCONNECTED', reason: null, detail: null }, now);
}

type EndOfLogin = 'signed_out_by_user' | 'number_in_use';

/** Through the worker where it hears, in any case here; the tenant is parked until somebody acts. */
async function endLogin(
  deps: PerformActDeps,
  rows: TenantRows,
  facts: TenantFacts,
  { act, reason }: { act: 'logout' | 'refuse_link'; reason: EndOfLogin },
): Promise<void> {
  const isTold = facts.link.current !== null && (await signOut(deps, rows.tenantId, reason));
  const couldNotBeTold = (rows.session.isLinked || act === 'refuse_link') && !isTold;
  await clearAway(deps, rows);
  await deps.driver.setProfileAside(rows.tenantId);
  const detail = couldNotBeTold ? 'WhatsApp could not be told; remove the device on the phone as well' : null;
  await finish(deps, rows, act, { ...cleanSlate, ...fenced(rows) }, async (tx, tenantId, now) => {
    const { state } = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
    const { parkedReason } = await tx.tenant.findUniqueOrThrow({ where: { id: tenantId } });
    // What the worker itself said of the end of its login stays.
    const hasEnded = state === 'LOGGED_OUT';
    if (!hasEnded || parkedReason === null)
      await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: reason } });
    return hasEnded ? [] : writeWithoutLogin(tx, tenantId, { state: 'LOGGED_OUT', reason, detail }, now);
  });
}

async function writeWithoutLogin(
  tx: Transaction,
  tenantId: TenantId,
  told: { state: 'DISCONNECTED' | 'LOGGED_OUT'; reason: EndOfLogin | null; detail: string | null },
  now: Date,
): Promise<NewTenantEvent[]> {
  const before = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  if (before.accountId !== null)
    await tx.account.update({ where: { id: before.accountId }, data: { unlinkedAt: now } });
  await tx.whatsappSession.update({
    where: { tenantId },
    data: {
      ...told,
      ...clearedCodes,
      since: now,
      attempt: 0,
      nextAttemptAt: null,
      accountId: null,
      linkIsDurable: false,
      takeOver: false,
      syncPercent: null,
    },
  });
  const { state, reason } = told;
  const data = { state, reason, attempt: 0, previous: before.state };
  return [{ tenantId, type: 'session.state', at: now, data }];
}

function commandId(): string {
  return `cmd_${randomUUID()}`;
}
