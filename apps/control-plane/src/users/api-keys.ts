import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type ApiKey,
  type ApiKeyKind,
  AppError,
  type CreateApiKey,
  type CreatedApiKey,
} from '@wafleet/contracts';
import type { ApiKey as ApiKeyRow, Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import { createShortMemory } from './short-memory';

const rememberedMs = 5_000;
const maxRemembered = 1_000;
const lastUsedPrecisionMs = 60_000;

/** Keys of the admin API and of portals. Any number of them are valid at once, so that one can be replaced by another. */
export interface ApiKeys {
  /** The id of the valid key of this kind, or null. */
  verify(kind: ApiKeyKind, presented: string): Promise<string | null>;
  /** Newest first, revoked ones too. */
  list(): Promise<ApiKey[]>;
  create(input: CreateApiKey): Promise<CreatedApiKey>;
  /**
   * From now on the key opens nothing; repeating it changes nothing.
   * @throws AppError NOT_FOUND; CONFLICT for the last valid admin key
   */
  revoke(keyId: string): Promise<void>;
}

export function createApiKeys(deps: { db: Database; newId: NewId; now: () => Date }): ApiKeys {
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
      return key !== null && key.kind === kind && isSameHash(key.hash, hash) ? key.id : null;
    },

    async list() {
      return (await db.apiKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] })).map(keyView);
    },

    async create(input) {
      const key = `${keyPrefixes[input.kind]}_${randomBytes(32).toString('base64url')}`;
      const row = await db.apiKey.create({
        data: { id: newId('key'), kind: input.kind, name: input.name, hash: hashKey(key) },
      });
      return { ...keyView(row), key };
    },

    async revoke(keyId) {
      await db.$transaction(async (tx) => {
        await tx.$executeRaw`LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE`;
        const row = await tx.apiKey.findUnique({ where: { id: keyId } });
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
  };
}

/**
 * The configured key has a row, valid again if it was revoked: configuration is the last word of whoever runs this.
 * Call it at start, before any request.
 */
export async function ensureKey(db: Database, kind: ApiKeyKind, key: string, newId: NewId): Promise<void> {
  const hash = hashKey(key);
  await db.apiKey.upsert({
    where: { hash },
    create: { id: newId('key'), kind, name: 'configured', hash },
    update: { kind, revokedAt: null },
  });
}

interface KnownKey {
  id: string;
  kind: ApiKeyKind;
  hash: string;
}

/** The valid key with this hash. That it is used is written here: at most once a minute. */
async function findKey(db: Database, hash: string, now: Date): Promise<KnownKey | null> {
  const row = await db.apiKey.findUnique({ where: { hash } });
  if (!row || row.revokedAt) return null;
  if (!row.lastUsedAt || row.lastUsedAt.getTime() <= now.getTime() - lastUsedPrecisionMs) {
    await db.apiKey.update({ where: { hash }, data: { lastUsedAt: now } });
  }
  return { id: row.id, kind: row.kind, hash: row.hash };
}

const keyPrefixes = { ADMIN: 'wfa', PORTAL: 'wfp' } as const satisfies Record<ApiKeyKind, string>;

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
    kind: row.kind,
    name: row.name,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
