import { createHash, type Hash } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { TenantId } from '@wafleet/contracts';
import { type Database, type Export, isDatabaseAway } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import { createLooks } from '../../scheduling/looks';
import type { Vault } from '../../secrets/vault';
import type { SnapshotStore } from '../../snapshots/stores/snapshot-store';
import { allEnded } from '../../snapshots/store-snapshot';
import { systemErrorCode } from '../../system-error';
import { namesOfContact } from '../names-of-contact';
import { writeExport, type ExportArchiveDeps, type Progress } from './export-archive';

/**
 * Makes the archives that are asked for, one after the other, in the active control plane. The rows are the truth: one that was
 * interrupted is found RUNNING by the next look and begins anew.
 */
export interface ExportLane {
  start(): void;
  /** Resolves when what was under way has ended; it begins anew with the next start. */
  stop(): Promise<void>;
  /** Looks soon; before it is started, nothing. */
  wake(): void;
  /** Ends what is under way of this tenant, or this export alone, whose rows must be gone. Resolves when it has. */
  letGo(of: { tenantId: TenantId; exportId?: string }): Promise<void>;
}

export interface ExportLaneDeps extends ExportArchiveDeps {
  db: Database;
  store: SnapshotStore;
  vault: Pick<Vault, 'sealing'>;
  /** Null where that can't be told. */
  freeBytes: () => Promise<number | null>;
  minFreeBytes: number;
  now: () => Date;
  log: Logger;
  /** Between two looks, where nothing wakes it. */
  sweepMs: number;
}

export const exportKeepMs = 7 * 24 * 60 * 60 * 1_000;
const maxAttempts = 5;

export const exportPurpose = (exportId: string) => `export ${exportId}`;

export function createExportLane(deps: ExportLaneDeps): ExportLane {
  const { db, store, now, log } = deps;
  const looks = createLooks({ look, outage: createOutageLog(log, 'exports') });
  let timer: NodeJS.Timeout | null = null;
  let isStopping = false;
  let current: { row: Export; abort: AbortController; ended: Promise<void> } | null = null;

  return {
    start() {
      timer = setInterval(looks.wake, deps.sweepMs);
      looks.wake();
    },
    async stop() {
      isStopping = true;
      if (timer !== null) clearInterval(timer);
      current?.abort.abort();
      await looks.stop();
    },
    wake() {
      if (timer !== null) looks.wake();
    },
    async letGo({ tenantId, exportId }) {
      if (current?.row.tenantId !== tenantId) return;
      if (exportId !== undefined && current.row.id !== exportId) return;
      current.abort.abort();
      await current.ended;
    },
  };

  async function look(): Promise<void> {
    // One at a time is made, here: whatever is RUNNING now was interrupted.
    const spent = { state: 'RUNNING' as const, attempts: { gte: maxAttempts } };
    for (const { id, tenantId } of await db.export.findMany({ where: spent })) {
      await store.delete(tenantId as TenantId, id);
      const problem = `It was begun ${maxAttempts} times and interrupted each time.`;
      await db.export.updateMany({ where: { id, ...spent }, data: { state: 'FAILED', problem } });
    }
    await db.export.updateMany({ where: { state: 'RUNNING' }, data: { state: 'QUEUED' } });
    while (!isStopping) {
      const row = await db.export.findFirst({ where: { state: 'QUEUED' }, orderBy: { id: 'asc' } });
      if (row === null || isStopping) return;
      const abort = new AbortController();
      const made = make(row, abort.signal).finally(() => {
        current = null;
      });
      current = { row, abort, ended: made.catch(() => undefined) };
      await made;
    }
  }

  async function make(row: Export, signal: AbortSignal): Promise<void> {
    const { id } = row;
    const tenantId = row.tenantId as TenantId;
    // Who deletes a tenant or an export deletes the row first, so that nothing is begun after that.
    const { count } = await db.export.updateMany({
      where: { id, state: 'QUEUED', tenant: { desiredState: { not: 'ERASED' } } },
      data: { state: 'RUNNING', attempts: { increment: 1 }, records: 0, files: 0 },
    });
    if (count === 0) {
      await db.export.deleteMany({ where: { id, tenant: { desiredState: 'ERASED' } } });
      return;
    }
    try {
      const facts = await write(tenantId, row, signal);
      signal.throwIfAborted();
      const readyAt = now();
      const ready = await db.export.updateMany({
        where: { id, state: 'RUNNING' },
        data: { ...facts, state: 'READY', readyAt, expiresAt: new Date(readyAt.getTime() + exportKeepMs) },
      });
      if (ready.count === 0) throw new NotWantedError();
      log.info({ tenantId, exportId: id, ...facts }, 'export made');
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      await store.delete(tenantId, id).catch(() => undefined);
      // It is QUEUED again with the next look, or its row is gone.
      if (signal.aborted || error instanceof NotWantedError) return;
      const problem = problemOf(error);
      await db.export.updateMany({ where: { id, state: 'RUNNING' }, data: { state: 'FAILED', problem } });
      log.warn({ tenantId, exportId: id, err: error }, 'export failed');
    }
  }

  async function write(tenantId: TenantId, { id, contactId }: Export, signal: AbortSignal) {
    const contact = contactId === null ? null : await namesOfContact(db, tenantId, contactId);
    const sealing = await deps.vault.sealing(tenantId, exportPurpose(id));
    let progress: Progress = { records: 0, files: 0 };
    const archive = writeExport(deps, { tenantId, contact }, async (reached) => {
      signal.throwIfAborted();
      progress = reached;
      const free = await deps.freeBytes();
      if (free !== null && free < deps.minFreeBytes) throw new NoRoomError();
      const { count } = await db.export.updateMany({ where: { id, state: 'RUNNING' }, data: reached });
      if (count === 0) throw new NotWantedError();
    });
    const counted = countingStream();
    const sealed = new PassThrough();
    const writing = pipeline(archive, createGzip(), counted.stream, sealing, sealed, { signal });
    await allEnded([writing, store.put(tenantId, id, sealed)]);
    return { ...progress, bytes: counted.bytes(), sha256: counted.hash.digest('hex') };
  }
}

class NoRoomError extends Error {}
/** Its row is gone. */
class NotWantedError extends Error {}

function problemOf(error: unknown): string {
  const code = systemErrorCode(error);
  if (error instanceof NoRoomError || code === 'ENOSPC' || code === 'EDQUOT')
    return 'There was too little room on the disk; make room, then ask for another.';
  return `It could not be written${code === null ? '' : ` (${code})`}; the log of the control plane says why.`;
}

function countingStream(): { stream: Transform; hash: Hash; bytes: () => number } {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, hash, bytes: () => bytes };
}
