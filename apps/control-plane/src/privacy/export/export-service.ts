import { pipeline } from 'node:stream';
import {
  AppError,
  idPrefixes,
  type CreateExport,
  type Export,
  type ListExportsQuery,
  type Page,
  type TenantId,
} from '@wafleet/contracts';
import type { Database, Export as ExportRow } from '@wafleet/db';
import type { KeptBytes } from '../../http/replies/media-reply';
import type { NewId } from '../../new-id';
import { decodeCursor, pageFrom } from '../../page-cursor';
import { createTurns } from '../../scheduling/turns';
import type { Vault } from '../../secrets/vault';
import type { SnapshotStore } from '../../snapshots/stores/snapshot-store';
import type { Actor } from '../../tenants/changes/request-run';
import { exportKeepMs, exportPurpose, type ExportLane } from './export-lane';
import { provenPart } from './proven-part';

/** What callers may ask of exports. Of another tenant, and past its time, one is as unknown as one that never was: NOT_FOUND. */
export interface ExportService {
  /**
   * Goes on after the answer; one of the same that is under way is the answer to a repeat.
   * @throws AppError NOT_FOUND, TENANT_ERASING, TOO_MANY, STORAGE_FULL
   */
  request(tenantId: TenantId, input: CreateExport, by: Actor): Promise<Export>;
  /** Newest first. */
  list(tenantId: TenantId, query: ListExportsQuery): Promise<Page<Export>>;
  get(tenantId: TenantId, exportId: string): Promise<Export>;
  /** Its bytes. @throws AppError EXPORT_NOT_READY */
  archive: KeptBytes;
  /** Stops it where it is under way. */
  remove(tenantId: TenantId, exportId: string): Promise<void>;
  /** All of a tenant: with it, or because one of its contacts was erased, whom they may hold. Repeats do nothing. */
  removeAll(tenantId: TenantId): Promise<void>;
}

/** Of one tenant at a time, so that they take no more of the disk than that. */
const maxPerTenant = 5;

export function createExportService(deps: {
  db: Database;
  store: SnapshotStore;
  vault: Pick<Vault, 'opening'>;
  lane: Pick<ExportLane, 'wake' | 'letGo'>;
  freeBytes: () => Promise<number | null>;
  minFreeBytes: number;
  newId: NewId;
  now: () => Date;
}): ExportService {
  const { db, store, lane, now } = deps;
  const turns = createTurns();
  const isKept = () => ({ expiresAt: { gt: now() } });

  async function find(tenantId: TenantId, exportId: string): Promise<ExportRow> {
    const row = await db.export.findFirst({ where: { id: exportId, tenantId, ...isKept() } });
    if (row === null) throw new AppError('NOT_FOUND');
    return row;
  }

  async function findReady(tenantId: TenantId, exportId: string) {
    const { state, bytes, sha256, createdAt } = await find(tenantId, exportId);
    if (state !== 'READY' || bytes === null || sha256 === null) throw new AppError('EXPORT_NOT_READY');
    return { sizeBytes: Number(bytes), sha256, createdAt };
  }

  /** Media are most of an archive, and do not get smaller in it. */
  async function requireRoom(tenantId: TenantId): Promise<void> {
    const free = await deps.freeBytes();
    if (free === null) return;
    const { _sum } = await db.media.aggregate({ where: { tenantId }, _sum: { sizeBytes: true } });
    if (free < (_sum.sizeBytes ?? 0) + deps.minFreeBytes) throw new AppError('STORAGE_FULL');
  }

  async function create(tenantId: TenantId, contactId: string | null, by: Actor): Promise<ExportRow> {
    const tenant = await db.tenant.findUnique({ where: { id: tenantId }, select: { desiredState: true } });
    if (tenant === null) throw new AppError('NOT_FOUND');
    if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
    const kept = await db.export.findMany({ where: { tenantId, ...isKept() } });
    const underWay = kept.find((row) => row.contactId === contactId && /^(QUEUED|RUNNING)$/.test(row.state));
    if (underWay) return underWay;
    if (kept.length >= maxPerTenant)
      throw new AppError('TOO_MANY', { detail: `There are ${maxPerTenant} exports; remove one of them.` });
    await requireRoom(tenantId);
    const createdAt = now();
    return db.export.create({
      data: {
        id: deps.newId(idPrefixes.export),
        tenantId,
        contactId,
        requestedBy: by,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + exportKeepMs),
      },
    });
  }

  return {
    async request(tenantId, { contactId = null }, by) {
      const row = await turns(tenantId, () => create(tenantId, contactId, by));
      lane.wake();
      return exportView(row);
    },

    async list(tenantId, { limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('exports', /^exp_\w{26}$/, cursor);
      const rows = await db.export.findMany({
        where: { tenantId, ...isKept(), ...(before === undefined ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('exports', rows, limit, ({ id }) => id);
      return { ...page, items: page.items.map(exportView) };
    },

    get: async (tenantId, exportId) => exportView(await find(tenantId, exportId)),

    archive: {
      get: findReady,
      async open(tenantId, exportId, part) {
        const { sizeBytes, createdAt } = await findReady(tenantId, exportId);
        const opening = await deps.vault.opening(tenantId, exportPurpose(exportId));
        const sealed = await store.get(tenantId, exportId);
        if (sealed === null) throw new AppError('EXPORT_NOT_READY');
        const bytes = provenPart(part ?? { start: 0, end: sizeBytes - 1 });
        // What fails ends all three, and is seen by who reads: it gets too few bytes.
        pipeline(sealed, opening, bytes, () => undefined);
        const filename = `wafleet-export-${createdAt.toISOString().slice(0, 10)}.tar.gz`;
        return { media: { mimeType: 'application/gzip', filename }, bytes };
      },
    },

    async remove(tenantId, exportId) {
      await find(tenantId, exportId);
      // The row first: it is what makes the lane let go, and what the clean-up misses of a file without one.
      await db.export.deleteMany({ where: { id: exportId, tenantId } });
      await lane.letGo({ tenantId, exportId });
      await store.delete(tenantId, exportId);
    },

    async removeAll(tenantId) {
      await db.export.deleteMany({ where: { tenantId } });
      await lane.letGo({ tenantId });
      await store.deleteTenant(tenantId);
    },
  };
}

function exportView(row: ExportRow): Export {
  return {
    id: row.id,
    tenantId: row.tenantId,
    contactId: row.contactId,
    state: row.state,
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.toISOString(),
    records: row.records,
    files: row.files,
    bytes: row.bytes === null ? null : Number(row.bytes),
    sha256: row.sha256,
    readyAt: row.readyAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
    problem: row.problem,
  };
}
