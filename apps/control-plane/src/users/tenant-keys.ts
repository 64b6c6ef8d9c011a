import {
  AppError,
  type CreatedTenantKey,
  type CreateTenantKey,
  type ListTenantKeysQuery,
  type Page,
  type TenantId,
  type TenantKey,
} from '@wafleet/contracts';
import type { ApiKey as ApiKeyRow, Database, Transaction } from '@wafleet/db';
import { networkOf } from '../egress/networks';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { beyond, type KeyLimits } from './key-limits';

const keyIdPattern = /^key_[0-9a-z]{26}$/;
const maxValidKeys = 50;

/** The keys of one tenant's programs. */
export interface TenantKeys {
  /** Newest first, revoked and expired ones too. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListTenantKeysQuery): Promise<Page<TenantKey>>;
  /**
   * @param maker the limits of the key that asks for it, which it must keep within; null where a person asks
   * @throws AppError NOT_FOUND, TENANT_ERASING, TOO_MANY, INVALID_INPUT
   */
  create(
    tenantId: TenantId,
    input: CreateTenantKey,
    by: string,
    maker: KeyLimits | null,
  ): Promise<CreatedTenantKey>;
  /** From now on the key opens nothing; repeating it changes nothing. @throws AppError NOT_FOUND */
  revoke(tenantId: TenantId, keyId: string, by: string): Promise<void>;
}

export function createTenantKeys(deps: {
  db: Database;
  commit: CommitWithEvents;
  newKey: () => { key: string; hash: string };
  /** What is remembered of keys is no longer true. */
  forget: () => void;
  newId: NewId;
  now: () => Date;
}): TenantKeys {
  const { db, commit, newKey, forget, newId, now } = deps;

  return {
    async list(tenantId, { limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('keys', keyIdPattern, cursor);
      const rows = await db.apiKey.findMany({
        where: { tenantId, id: { lt: before } },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('keys', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(tenantKeyView) };
    },

    async create(tenantId, input, by, maker) {
      const at = now();
      const limits = wantedLimits(input, maker);
      const errors = [...beyondNow(limits, at), ...(maker ? beyond(maker, limits) : [])];
      if (errors.length > 0) throw new AppError('INVALID_INPUT', { fields: errors });
      const { key, hash } = newKey();
      const row = await commit(async (tx) => {
        await mayMakeOneMore(tx, tenantId, at);
        const row = await tx.apiKey.create({
          data: {
            id: newId('key'),
            kind: 'TENANT',
            tenantId,
            name: input.name,
            hash,
            scopes: [...limits.scopes],
            addresses: [...limits.addresses],
            expiresAt: limits.expiresAt,
          },
        });
        return {
          events: [{ tenantId, type: 'key.created', at, data: { keyId: row.id, name: row.name, by } }],
          result: row,
        };
      });
      return { ...tenantKeyView(row), key };
    },

    async revoke(tenantId, keyId, by) {
      const at = now();
      await commit(async (tx) => {
        const row = await tx.apiKey.findFirst({ where: { id: keyId, tenantId } });
        if (!row) throw new AppError('NOT_FOUND');
        const { count } = await tx.apiKey.updateMany({
          where: { id: keyId, revokedAt: null },
          data: { revokedAt: at },
        });
        const data = { keyId, name: row.name, by };
        return {
          events: count === 0 ? [] : [{ tenantId, type: 'key.revoked', at, data }],
          result: undefined,
        };
      });
      forget();
    },
  };
}

/** What is not said is as far as the key that asks reaches. */
function wantedLimits(input: CreateTenantKey, maker: KeyLimits | null): KeyLimits {
  const { expiresAt, addresses } = input;
  return {
    scopes: [...new Set(input.scopes)],
    expiresAt: expiresAt == null ? (maker?.expiresAt ?? null) : new Date(expiresAt),
    addresses:
      addresses.length === 0
        ? (maker?.addresses ?? [])
        : addresses.flatMap((range) => networkOf(range) ?? []),
  };
}

function beyondNow({ expiresAt }: KeyLimits, now: Date) {
  return expiresAt !== null && expiresAt <= now
    ? [{ field: 'expiresAt', message: 'must be in the future' }]
    : [];
}

async function mayMakeOneMore(tx: Transaction, tenantId: TenantId, now: Date): Promise<void> {
  const tenant = await lockTenant(tx, tenantId);
  if (!tenant) throw new AppError('NOT_FOUND');
  if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
  const isValid = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  if ((await tx.apiKey.count({ where: { tenantId, ...isValid } })) >= maxValidKeys) {
    throw new AppError('TOO_MANY', {
      detail: `A tenant has at most ${maxValidKeys} valid keys; revoke one first.`,
    });
  }
}

function tenantKeyView(row: ApiKeyRow): TenantKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    addresses: row.addresses,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
