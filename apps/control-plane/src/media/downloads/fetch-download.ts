import { AppError, filenameSchema, mimeTypeSchema, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { Media } from '@wafleet/db';
import type { NewId } from '../../new-id';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { MediaService } from '../media-service';
import { bytesFromWorker, DownloadError } from './bytes-from-worker';
import { endAsStored, type Download } from './download-rows';
import type { DownloadOutcome } from './next-download-step';

export interface FetchDownloadDeps {
  links: WorkerLinks;
  media: Pick<MediaService, 'store'>;
  commit: CommitWithEvents;
  newId: NewId;
  now: () => Date;
  maxBytes: number;
  fetchMs: number;
  stopping: AbortSignal;
}

/** The row is another try's, or gone with its tenant. */
class SupersededError extends Error {}

/**
 * Brings the media of one message into the store, with the row of the media, the message's and the event in one
 * transaction. Null when they are there, or nobody wants them any more; else what hindered it.
 */
export async function fetchDownload(
  deps: FetchDownloadDeps,
  tenantId: TenantId,
  download: Download,
): Promise<DownloadOutcome | null> {
  const { maxBytes, fetchMs } = deps;
  const hindrance = hopeless(download, maxBytes);
  if (hindrance) return hindrance;
  const bytes = bytesFromWorker(deps, tenantId, { key: download.key, maxBytes, fetchMs });
  const facts = {
    mimeType: mimeTypeSchema.safeParse(download.mimeType).data ?? 'application/octet-stream',
    filename: filenameSchema.safeParse(download.filename).data ?? null,
    declaredBytes: download.sizeBytes,
  };
  try {
    await deps.media.store(tenantId, bytes, facts, (create) => recorded(deps, tenantId, download, create));
    return null;
  } catch (error) {
    if (error instanceof SupersededError) return null;
    if (error instanceof DownloadError) return error.outcome;
    const outcome = error instanceof AppError ? outcomeOf(error) : undefined;
    if (outcome === undefined) throw error;
    return outcome;
  }
}

/** Known without asking anybody. */
function hopeless({ idIsDerived, sizeBytes }: Download, maxBytes: number): DownloadOutcome | null {
  if (idIsDerived) return { kind: 'hopeless', reason: 'message_missing' };
  if (sizeBytes !== null && sizeBytes > maxBytes) return { kind: 'hopeless', reason: 'too_large' };
  return null;
}

function recorded(
  { commit, now }: FetchDownloadDeps,
  tenantId: TenantId,
  download: Download,
  create: (tx: Transaction) => Promise<Media>,
): Promise<Media> {
  return commit(async (tx) => {
    const row = await create(tx);
    if (!(await endAsStored(tx, download, row.id))) throw new SupersededError();
    const data = { messageId: download.messageId, mediaId: row.id, sizeBytes: row.sizeBytes };
    return { events: [{ tenantId, type: 'media.stored', at: now(), data }], result: row };
  });
}

/** Null where nothing is to be noted; undefined where it says nothing of the media. */
function outcomeOf({ code }: AppError): DownloadOutcome | null | undefined {
  switch (code) {
    case 'STORAGE_FULL':
      return { kind: 'hindered', reason: 'no_room' };
    case 'BODY_TOO_LARGE':
      return { kind: 'hopeless', reason: 'too_large' };
    // Nothing at all came.
    case 'INVALID_INPUT':
      return { kind: 'failed', reason: 'damaged' };
    case 'NOT_FOUND':
    case 'TENANT_ERASING':
      return null;
    default:
      return undefined;
  }
}
