import { randomUUID } from 'node:crypto';
import {
  AppError,
  type CommandResult,
  type PairingCodeView,
  type QrView,
  type Reason,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { WorkerDriver } from '../drivers/worker-driver';
import { lockTenant } from '../tenants/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { WorkerLinks } from '../worker-link/worker-links';
import { refreshTenantStatus } from './refresh-tenant-status';
import { clearedCodes } from './session-columns';

/**
 * What callers may ask of a tenant's WhatsApp login. Unknown ids reject with NOT_FOUND, changes of a tenant that is
 * being erased with TENANT_ERASING.
 */
export interface SessionService {
  /** The code to scan now; `raw` is null while none is shown. */
  qr(tenantId: TenantId): Promise<Omit<QrView, 'dataUrl'> & { reason: Reason | null }>;
  /**
   * Asks WhatsApp for a code to be typed on the phone of that number.
   * @throws AppError NEEDS_PERSON with `reason`, NOT_RUNNING, NOT_WAITING_FOR_LINK, WORKER_TIMEOUT, UNAVAILABLE
   */
  requestPairingCode(tenantId: TenantId, phoneNumber: string): Promise<PairingCodeView>;
  /**
   * Ends the link to the phone's account and parks the tenant. Repeats do nothing. Without a worker the login is
   * discarded here; the phone then still lists the device until it is removed there.
   * @throws AppError WORKER_TIMEOUT, UNAVAILABLE
   */
  logout(tenantId: TenantId): Promise<void>;
}

const pairingTimeoutMs = 30_000;
const logoutTimeoutMs = 30_000;

export function createSessionService(deps: {
  db: Database;
  links: WorkerLinks;
  driver: Pick<WorkerDriver, 'inspect' | 'setProfileAside'>;
  commit: CommitWithEvents;
  supervisor: { wake(tenantId: TenantId): void };
  now: () => Date;
}): SessionService {
  const { db, links, driver, commit, supervisor, now } = deps;

  return {
    async qr(tenantId) {
      const { session } = await load(tenantId);
      const isShown =
        session.state === 'QR_READY' && session.qrExpiresAt !== null && session.qrExpiresAt > now();
      return {
        state: session.state,
        reason: session.reason as Reason | null,
        raw: isShown ? session.lastQr : null,
        sequence: isShown ? session.qrSequence : null,
        expiresAt: isShown ? (session.qrExpiresAt?.toISOString() ?? null) : null,
      };
    },

    async requestPairingCode(tenantId, phoneNumber) {
      const { parkedReason } = await loadForChange(tenantId);
      if (parkedReason !== null) throw new AppError('NEEDS_PERSON', { extra: { reason: parkedReason } });
      const command = { kind: 'session.pairing_code' as const, phoneNumber };
      const { result } = await links.command(tenantId, newCommandId(), command, pairingTimeoutMs);
      if (!result.ok) throw refusal(result);
      const { code, expiresAt } = result.value;
      return { code, phoneNumber, expiresAt: new Date(expiresAt).toISOString() };
    },

    async logout(tenantId) {
      const { session } = await loadForChange(tenantId);
      if (links.current(tenantId) !== null) {
        if (session.accountId === null) return;
        const command = { kind: 'session.logout' as const };
        const { result } = await links.command(tenantId, newCommandId(), command, logoutTimeoutMs);
        if (!result.ok) throw refusal(result);
        return;
      }
      const observed = await driver.inspect(tenantId);
      if (observed.state === 'running' || observed.state === 'unknown') throw doesNotAnswer();
      // Once this is written down, no worker starts on the profile: it is set aside before, should this end here.
      if (session.state === 'LOGGED_OUT' && session.accountId === null) return;
      await discardLogin(tenantId);
      await driver.setProfileAside(tenantId);
    },
  };

  async function load(tenantId: TenantId) {
    const tenant = await db.tenant.findUnique({
      where: { id: tenantId },
      select: { desiredState: true, parkedReason: true, session: true },
    });
    if (tenant?.session == null) throw new AppError('NOT_FOUND');
    return { ...tenant, session: tenant.session };
  }

  async function loadForChange(tenantId: TenantId) {
    const tenant = await load(tenantId);
    if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
    return tenant;
  }

  /** Parked first, so that no worker starts on the profile while it is moved away; one that does already is left alone. */
  async function discardLogin(tenantId: TenantId): Promise<void> {
    await commit(async (tx) => {
      if ((await lockTenant(tx, tenantId)) === null) throw new AppError('NOT_FOUND');
      const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
      if (worker.generation > 0 && worker.endedAt === null) throw doesNotAnswer();
      const at = now();
      const before = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
      if (before.accountId !== null)
        await tx.account.update({ where: { id: before.accountId }, data: { unlinkedAt: at } });
      await tx.whatsappSession.update({
        where: { tenantId },
        data: {
          state: 'LOGGED_OUT',
          reason: 'signed_out_by_user',
          detail: null,
          since: at,
          attempt: 0,
          nextAttemptAt: null,
          accountId: null,
          linkIsDurable: false,
          takeOver: false,
          ...clearedCodes,
        },
      });
      await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: 'signed_out_by_user' } });
      const data = { state: 'LOGGED_OUT', reason: 'signed_out_by_user', attempt: 0, previous: before.state };
      const events = await refreshTenantStatus(tx, tenantId, at);
      return { events: [{ tenantId, type: 'session.state', at, data }, ...events], result: undefined };
    });
    supervisor.wake(tenantId);
  }
}

function doesNotAnswer(): AppError {
  return new AppError('UNAVAILABLE', { detail: 'The session does not answer right now.' });
}

function newCommandId(): string {
  return `cmd_${randomUUID()}`;
}

function refusal(result: Extract<CommandResult, { ok: false }>): AppError {
  const internal = `${result.code}: ${result.message}`;
  if (result.code === 'not_waiting_for_link') return new AppError('NOT_WAITING_FOR_LINK', { internal });
  if (result.code === 'timed_out') return new AppError('WORKER_TIMEOUT', { internal });
  return new AppError('UNAVAILABLE', { internal });
}
