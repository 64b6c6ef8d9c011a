import type { Readable } from 'node:stream';
import {
  AppError,
  idPrefixes,
  type Media as MediaView,
  type MessageStatus,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Media, Transaction } from '@wafleet/db';
import type { NewId } from '../new-id';
import { createTurns } from '../scheduling/turns';
import type { BytePart, MediaStore, ReceivedBytes } from './media-store';
import { mediaView } from './media-view';

const dayMs = 24 * 60 * 60 * 1_000;

export interface NewMedia {
  mimeType: string;
  filename: string | null;
  /** How many bytes the sender says there are; null where it does not. */
  declaredBytes: number | null;
}

export type RecordMedia = (create: (tx: Transaction) => Promise<Media>) => Promise<Media>;

/** Media of tenants: rows that say what it is and how long it is kept, and bytes in a store, once per hash. */
export interface MediaService {
  /**
   * Takes bytes in as media of the tenant; once this resolves they survive a crash.
   * @param record makes the row in a transaction of the caller's, with what else belongs to it
   * @throws AppError NOT_FOUND, TENANT_ERASING, INVALID_INPUT without any bytes, BODY_TOO_LARGE, STORAGE_FULL;
   * whatever reading the bytes or recording throws
   */
  store(
    tenantId: TenantId,
    bytes: AsyncIterable<Uint8Array>,
    facts: NewMedia,
    record?: RecordMedia,
  ): Promise<MediaView>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, mediaId: string): Promise<MediaView>;
  /**
   * The caller ends the stream.
   * @param part of the bytes, both ends included; all of them without it
   * @throws AppError NOT_FOUND
   */
  open(tenantId: TenantId, mediaId: string, part?: BytePart): Promise<{ media: MediaView; bytes: Readable }>;
  /** Repeats do nothing. @throws AppError MEDIA_IN_USE */
  remove(tenantId: TenantId, mediaId: string): Promise<void>;
  /** Deletes bytes that no row tells of. */
  removeUnknown(tenantId: TenantId, sha256: string): Promise<void>;
}

export function createMediaService(deps: {
  db: Database;
  store: MediaStore;
  maxBytes: number;
  keepDays: number;
  newId: NewId;
  now: () => Date;
}): MediaService {
  const { db, store } = deps;
  // Bytes of one hash are kept with their row, and deleted with their last row, one at a time.
  const turns = createTurns();
  const turnOf = <T>(tenantId: TenantId, sha256: string, work: () => Promise<T>) =>
    turns(`${tenantId} ${sha256}`, work);

  async function find(tenantId: TenantId, mediaId: string): Promise<Media> {
    const row = await db.media.findFirst({ where: { id: mediaId, tenantId } });
    if (!row) throw new AppError('NOT_FOUND');
    return row;
  }

  async function deleteIfUnknown(tenantId: TenantId, sha256: string): Promise<void> {
    if ((await db.media.count({ where: { tenantId, sha256 } })) === 0) await store.delete(tenantId, sha256);
  }

  async function keep(
    tenantId: TenantId,
    bytes: ReceivedBytes,
    facts: NewMedia & { keepDays: number },
    record: RecordMedia,
  ): Promise<Media> {
    const createdAt = deps.now();
    await bytes.keep();
    try {
      const data = {
        id: deps.newId(idPrefixes.media),
        tenantId,
        sha256: bytes.sha256,
        sizeBytes: bytes.sizeBytes,
        mimeType: facts.mimeType,
        filename: facts.filename,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + facts.keepDays * dayMs),
      };
      return await record((tx) => tx.media.create({ data }));
    } catch (error) {
      // Best effort: what stays is found by the clean-up.
      await deleteIfUnknown(tenantId, bytes.sha256).catch(() => undefined);
      throw error;
    }
  }

  return {
    async store(tenantId, bytes, facts, record = (create) => create(db)) {
      const keepDays = (await requireTenant(db, tenantId)) ?? deps.keepDays;
      const { maxBytes } = deps;
      const received = await store.receive(tenantId, bytes, {
        maxBytes,
        declaredBytes: facts.declaredBytes,
      });
      try {
        if (received.sizeBytes === 0)
          throw new AppError('INVALID_INPUT', { fields: [{ field: '', message: 'must not be empty' }] });
        return mediaView(
          await turnOf(tenantId, received.sha256, () =>
            keep(tenantId, received, { ...facts, keepDays }, record),
          ),
        );
      } finally {
        await received.drop();
      }
    },

    get: async (tenantId, mediaId) => mediaView(await find(tenantId, mediaId)),

    async open(tenantId, mediaId, part) {
      const row = await find(tenantId, mediaId);
      const bytes = await store.read(tenantId, row.sha256, part);
      if (!bytes) throw new AppError('NOT_FOUND', { internal: 'the bytes of a media row are missing' });
      return { media: mediaView(row), bytes };
    },

    async remove(tenantId, mediaId) {
      const row = await db.media.findFirst({ where: { id: mediaId, tenantId } });
      if (!row) return;
      await turnOf(tenantId, row.sha256, async () => {
        await removeRow(db, mediaId);
        await deleteIfUnknown(tenantId, row.sha256);
      });
    },

    removeUnknown: (tenantId, sha256) => turnOf(tenantId, sha256, () => deleteIfUnknown(tenantId, sha256)),
  };
}

/** @returns for how many days its media are kept; null: as the installation says */
async function requireTenant(db: Database, tenantId: TenantId): Promise<number | null> {
  const tenant = await db.tenant.findUnique({
    where: { id: tenantId },
    select: { desiredState: true, retention: { select: { mediaDays: true } } },
  });
  if (!tenant) throw new AppError('NOT_FOUND');
  if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
  return tenant.retention?.mediaDays ?? null;
}

/** @throws AppError MEDIA_IN_USE */
async function removeRow(db: Database, mediaId: string): Promise<void> {
  await db.$transaction(async (tx) => {
    // A message that is being accepted with it holds the row; once we have it, that message can be seen.
    await tx.$queryRaw`SELECT 1 FROM media WHERE id = ${mediaId} FOR UPDATE`;
    const isWaiting = { in: ['SCHEDULED', 'QUEUED', 'SENDING'] as MessageStatus[] };
    const waiting = await tx.message.count({ where: { mediaId, status: isWaiting } });
    if (waiting > 0) throw new AppError('MEDIA_IN_USE');
    await tx.mediaDownload.updateMany({
      where: { message: { mediaId }, state: 'STORED' },
      data: { state: 'EXPIRED' },
    });
    await tx.media.deleteMany({ where: { id: mediaId } });
  });
}
