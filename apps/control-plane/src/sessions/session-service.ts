import { randomUUID } from 'node:crypto';
import {
  AppError,
  pictureValueSchema,
  type CommandResult,
  type PairingCodeView,
  type QrView,
  type Reason,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { jpegOf } from '../incidents/jpeg-of';
import type { WorkerLinks } from '../worker-link/worker-links';

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
   * The page as it is now, a JPEG; never with a code that links the account.
   * @throws AppError NO_SCREENSHOT saying why, NOT_RUNNING, WORKER_TIMEOUT, UNAVAILABLE
   */
  screenshot(tenantId: TenantId): Promise<Buffer>;
}

const pairingTimeoutMs = 30_000;
const screenshotTimeoutMs = 15_000;

export function createSessionService(deps: {
  db: Database;
  links: Pick<WorkerLinks, 'command'>;
  now: () => Date;
}): SessionService {
  const { db, links, now } = deps;

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

    async screenshot(tenantId) {
      await load(tenantId);
      const command = { kind: 'session.screenshot' as const };
      const { result } = await links.command(tenantId, newCommandId(), command, screenshotTimeoutMs);
      if (!result.ok) throw refusal(result);
      const { data: picture } = pictureValueSchema.safeParse(result.value);
      const jpeg = picture && 'jpeg' in picture ? jpegOf(picture.jpeg) : null;
      if (jpeg !== null) return jpeg;
      const why = picture && 'none' in picture ? picture.none : 'the worker sent none';
      throw new AppError('NO_SCREENSHOT', { detail: why });
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
