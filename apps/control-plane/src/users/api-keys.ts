import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type ApiKey,
  type ApiKeyKind,
  AppError,
  type CreateApiKey,
  type CreatedApiKey,
  type TenantId,
} from '@wafleet/contracts';
import type { ApiKey as ApiKeyRow, Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { KeyLimits } from './key-limits';
import { createShortMemory } from './short-memory';
import { createTenantKeys, type TenantKeys } from './tenant-keys';

const rememberedMs = 5_000;
const maxRemembered = 1_000;
const lastUsedPrecisionMs = 60_000;

/**
 * Keys of the admin API, of portals and of tenants' programs. Any number of them are valid at once, so that one can be
 * replaced by another.
 */
export interface ApiKeys {
  /** The valid key of this kind, or null. */
  verify<Kind extends ApiKeyKind>(kind: Kind, presented: string): Promise<ValidKey<Kind> | null>;
  /** Of operators and portals, newest first, revoked ones too. */
  list(): Promise<ApiKey[]>;
  create(input: CreateApiKey): Promise<CreatedApiKey>;
  /**
   * From now on the key opens nothing; repeating it changes nothing.
   * @throws AppError NOT_FOUND; CONFLICT for the last valid admin key
   */
  revoke(keyId: string): Promise<void>;
  ofTenants: TenantKeys;
}

export type ValidKey<Kind extends ApiKeyKind = ApiKeyKind> = {
  id: string;
  name: string;
} & (Kind extends 'TENANT' ? { tenantId: TenantId; limits: KeyLimits } : unknown);

export function createApiKeys(deps: {
  db: Database;
  commit: CommitWithEvents;
  newId: NewId;
  now: () => Date;
}): ApiKeys {
  const { db, newId, now } = deps;
  const remembered = createShortMemory<KnownKey | null>({
    ttlMs: rememberedMs,
    maxEntries: maxRemembered,
    now,
  });

  return {
    async verify(kind, presented) {
      const hash = hashKey(presented);
      const key = await remembered.get(hash, () => findKey(db, hash, now()));
      if (key?.row.kind !== kind || !isSameHash(key.row.hash, hash) || hasEnded(key.row, now())) return null;
      return key.valid;
    },

    async list() {
      const rows = await db.apiKey.findMany({
        where: { kind: { not: 'TENANT' } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      return rows.map(keyView);
    },

    async create(input) {
      const { key, hash } = newKey(input.kind);
      const row = await db.apiKey.create({
        data: { id: newId('key'), kind: input.kind, name: input.name, hash },
      });
      return { ...keyView(row), key };
    },

    async revoke(keyId) {
      await db.$transaction(async (tx) => {
        await tx.$executeRaw`LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE`;
        const row = await tx.apiKey.findUnique({ where: { id: keyId, kind: { not: 'TENANT' } } });
        if (!row) throw new AppError('NOT_FOUND');
        if (row.revokedAt) return;
        const others = { kind: row.kind, revokedAt: null, id: { not: keyId } };
        if (row.kind === 'ADMIN' && (await tx.apiKey.count({ where: others })) === 0) {
          throw new AppError('CONFLICT', { detail: 'This is the last admin key; create another one first.' });
        }
        await tx.apiKey.update({ where: { id: keyId }, data: { revokedAt: now() } });
      });
      remembered.forget();
    },

    ofTenants: createTenantKeys({
      ...deps,
      newKey: () => newKey('TENANT'),
      forget: () => remembered.forget(),
    }),
  };
}

/**
 * The configured key has a row, valid again if it was revoked: configuration is the last word of whoever runs this.
 * Call it at start, before any request.
 */
export async function ensureKey(
  db: Database,
  kind: ApiKey['kind'],
  key: string,
  newId: NewId,
): Promise<void> {
  const hash = hashKey(key);
  await db.apiKey.upsert({
    where: { hash },
    create: { id: newId('key'), kind, name: 'configured', hash },
    update: { kind, revokedAt: null },
  });
}

interface KnownKey {
  row: Pick<ApiKeyRow, 'kind' | 'hash' | 'expiresAt'>;
  /** With what only a tenant's key has: of no meaning for another kind. */
  valid: ValidKey<'TENANT'>;
}

/** The valid key with this hash. That it is used is written here: at most once a minute. */
async function findKey(db: Database, hash: string, now: Date): Promise<KnownKey | null> {
  const row = await db.apiKey.findUnique({ where: { hash } });
  if (!row || row.revokedAt || hasEnded(row, now)) return null;
  if (!row.lastUsedAt || row.lastUsedAt.getTime() <= now.getTime() - lastUsedPrecisionMs) {
    await db.apiKey.update({ where: { hash }, data: { lastUsedAt: now } });
  }
  const { id, name, scopes, addresses, expiresAt } = row;
  return {
    row,
    valid: { id, name, tenantId: row.tenantId as TenantId, limits: { scopes, addresses, expiresAt } },
  };
}

function hasEnded({ expiresAt }: Pick<ApiKeyRow, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

const keyPrefixes = { ADMIN: 'wfa', PORTAL: 'wfp', TENANT: 'wft' } as const satisfies Record<
  ApiKeyKind,
  string
>;

function newKey(kind: ApiKeyKind): { key: string; hash: string } {
  const key = `${keyPrefixes[kind]}_${randomBytes(32).toString('base64url')}`;
  return { key, hash: hashKey(key) };
}

/** A key holds 256 random bits, so a plain hash can't be turned back by guessing. */
function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function isSameHash(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function keyView(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    kind: row.kind as ApiKey['kind'],
    name: row.name,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
