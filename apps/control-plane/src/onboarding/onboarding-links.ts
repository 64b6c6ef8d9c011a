import { randomBytes } from 'node:crypto';
import {
  AppError,
  type CreatedOnboardingLink,
  type OnboardingLinkView,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, OnboardingLink as LinkRow } from '@wafleet/db';
import type { NewId } from '../new-id';
import { hashToken } from '../sign-in/token';
import { lockTenant } from '../tenants/changes/change-tenant';

/** A link as the browser has it in which it was opened. */
export interface OpenLink {
  linkId: string;
  tenantId: TenantId;
  tenantName: string;
  expiresAt: Date;
  isDone: boolean;
}

/** Links by which somebody without an account links a phone to one tenant, and sees nothing else. */
export interface OnboardingLinks {
  /** From now on no other link of the tenant opens anything. @throws AppError NOT_FOUND, TENANT_ERASING */
  create(tenantId: TenantId, hours: number): Promise<CreatedOnboardingLink>;
  /** The newest. @throws AppError NOT_FOUND */
  read(tenantId: TenantId): Promise<OnboardingLinkView>;
  /** From now on none opens anything; repeating it changes nothing. */
  revoke(tenantId: TenantId): Promise<void>;
  /**
   * Binds the link to a browser: the one in which it was opened before has it no longer.
   * @throws AppError NOT_FOUND; LINK_ENDED with `reason`
   */
  open(token: string): Promise<OpenLink & { cookie: string }>;
  /** The link of a browser's cookie; null where it is none. @throws AppError LINK_ENDED with `reason` */
  bound(cookie: string): Promise<OpenLink | null>;
}

/** The browser that linked the phone can see for so long that it is done. */
const doneMs = 15 * 60_000;

export function createOnboardingLinks(deps: {
  db: Database;
  publicUrl: string;
  newId: NewId;
  now: () => Date;
}): OnboardingLinks {
  const { db, publicUrl, newId, now } = deps;

  return {
    async create(tenantId, hours) {
      const token = newToken();
      const at = now();
      const expiresAt = new Date(at.getTime() + hours * 60 * 60 * 1_000);
      await db.$transaction(async (tx) => {
        const tenant = await lockTenant(tx, tenantId);
        if (!tenant) throw new AppError('NOT_FOUND');
        if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
        await tx.onboardingLink.updateMany({ where: { tenantId, revokedAt: null }, data: { revokedAt: at } });
        const data = { id: newId('lnk'), tenantId, tokenHash: hashToken(token), createdAt: at, expiresAt };
        await tx.onboardingLink.create({ data });
      });
      return { url: new URL(`/link/${token}`, publicUrl).href, expiresAt: expiresAt.toISOString() };
    },

    async read(tenantId) {
      const row = await db.onboardingLink.findFirst({
        where: { tenantId, revokedAt: null },
        orderBy: { id: 'desc' },
      });
      if (!row) throw new AppError('NOT_FOUND');
      return {
        createdAt: row.createdAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        openedAt: row.openedAt?.toISOString() ?? null,
        usedAt: row.usedAt?.toISOString() ?? null,
      };
    },

    async revoke(tenantId) {
      await db.onboardingLink.updateMany({
        where: { tenantId, revokedAt: null },
        data: { revokedAt: now() },
      });
    },

    async open(token) {
      const where = { tokenHash: hashToken(token) };
      const before = await db.onboardingLink.findUnique({ where });
      if (!before) throw new AppError('NOT_FOUND');
      mustBeOpen(before, now());
      if (before.usedAt) throw ended('used');
      const secret = newToken();
      const session = await db.whatsappSession.findUnique({ where: { tenantId: before.tenantId } });
      const row = await db.onboardingLink.update({
        where,
        data: {
          browserHash: hashToken(secret),
          openedAt: now(),
          ...(session?.state === 'CONNECTED' ? { usedAt: now() } : {}),
        },
        include: withTenant,
      });
      return { ...openLink(row), cookie: `${row.id}.${secret}` };
    },

    async bound(cookie) {
      const [id = '', secret = ''] = cookie.split('.');
      const row = await db.onboardingLink.findUnique({ where: { id }, include: withTenant });
      if (!row) return null;
      mustBeOpen(row, now());
      if (row.browserHash !== hashToken(secret)) throw ended('opened_elsewhere');
      if (row.usedAt && row.usedAt.getTime() <= now().getTime() - doneMs) throw ended('used');
      return openLink(row);
    },
  };
}

const withTenant = { tenant: { select: { name: true } } } as const;

const newToken = () => randomBytes(32).toString('base64url');

function openLink(row: LinkRow & { tenant: { name: string } }): OpenLink {
  return {
    linkId: row.id,
    tenantId: row.tenantId as TenantId,
    tenantName: row.tenant.name,
    expiresAt: row.expiresAt,
    isDone: row.usedAt !== null,
  };
}

/** @throws AppError LINK_ENDED */
function mustBeOpen({ revokedAt, expiresAt }: LinkRow, now: Date): void {
  if (revokedAt) throw ended('revoked');
  if (expiresAt <= now) throw ended('expired');
}

const sentences = {
  used: 'The phone was linked by it.',
  expired: 'Its time is over.',
  revoked: 'It was replaced by a newer one, or withdrawn.',
  opened_elsewhere: 'It was opened in another browser since; open it here again.',
};

export function ended(reason: keyof typeof sentences): AppError {
  return new AppError('LINK_ENDED', { detail: sentences[reason], extra: { reason } });
}
