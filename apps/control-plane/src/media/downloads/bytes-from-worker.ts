import { createHash } from 'node:crypto';
import {
  AppError,
  fetchedMediaSchema,
  idPrefixes,
  mediaPartSchema,
  type Command,
  type CommandErrorCode,
  type MessageKey,
  type TenantId,
} from '@wafleet/contracts';
import type { NewId } from '../../new-id';
import type { WorkerLinks } from '../../worker-link/worker-links';
import type { DownloadOutcome } from './next-download-step';

const partTimeoutMs = 15_000;
/** The worker looks for the message before the page fetches, and answers after it. */
const fetchMarginMs = 40_000;

type MediaCommand = Extract<Command, { kind: 'media.fetch' | 'media.read' | 'media.drop' }>;

/** The bytes did not come; `outcome` is what that means. */
export class DownloadError extends Error {
  constructor(readonly outcome: DownloadOutcome) {
    super(`media did not come: ${outcome.reason}`);
    this.name = 'DownloadError';
  }
}

/**
 * Has the tenant's worker fetch the media, and gives them part by part: each is asked for when the one before was
 * taken, so that nobody holds more than one, and messages pass in between. All of them are proven to be what the page
 * fetched before the last one is followed by the end.
 * @param stopping gives it up, as if the worker were away
 * @throws DownloadError
 */
export async function* bytesFromWorker(
  deps: { links: WorkerLinks; newId: NewId; stopping: AbortSignal },
  tenantId: TenantId,
  wanted: { key: MessageKey; maxBytes: number; fetchMs: number },
): AsyncGenerator<Uint8Array> {
  // Never the same twice: a worker remembers what it answered.
  const fetchId = deps.newId(idPrefixes.command);
  const { key, maxBytes, fetchMs } = wanted;
  const fetch = { kind: 'media.fetch' as const, fetchId, key, maxBytes, timeoutMs: fetchMs };
  try {
    const answer = await ask(deps, tenantId, fetchId, fetch, fetchMs + fetchMarginMs);
    const fetched = fetchedMediaSchema.safeParse(answer).data;
    if (!fetched) throw failed('damaged');
    const hash = createHash('sha256');
    let offset = 0;
    while (offset < fetched.sizeBytes) {
      const read = { kind: 'media.read' as const, fetchId, offset };
      const part = mediaPartSchema.safeParse(
        await ask(deps, tenantId, `${fetchId}:${offset}`, read, partTimeoutMs),
      ).data;
      const bytes = Buffer.from(part?.data ?? '', 'base64');
      if (bytes.length === 0) throw failed('damaged');
      hash.update(bytes);
      offset += bytes.length;
      yield bytes;
    }
    if (offset !== fetched.sizeBytes || hash.digest('hex') !== fetched.sha256) throw failed('damaged');
  } finally {
    // The page lets go of them by itself where this does not reach it.
    const drop = { kind: 'media.drop' as const, fetchId };
    void deps.links.command(tenantId, `${fetchId}:drop`, drop, partTimeoutMs).catch(() => undefined);
  }
}

async function ask(
  { links, stopping }: { links: WorkerLinks; stopping: AbortSignal },
  tenantId: TenantId,
  id: string,
  command: MediaCommand,
  timeoutMs: number,
): Promise<unknown> {
  let giveUp: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new DownloadError({ kind: 'hindered', reason: 'worker_away' }));
    if (stopping.aborted) giveUp();
    else stopping.addEventListener('abort', giveUp, { once: true });
  });
  try {
    const { result } = await Promise.race([
      links.command<typeof command.kind>(tenantId, id, command as never, timeoutMs),
      stopped,
    ]);
    if (!result.ok) throw new DownloadError(outcomeOf(result.code));
    return result.value;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'NOT_RUNNING') throw new DownloadError({ kind: 'hindered', reason: 'worker_away' });
    // A worker that dies under a download may die of it, so that the try counts.
    if (error.code === 'WORKER_TIMEOUT') throw failed('timed_out');
    throw error;
  } finally {
    stopping.removeEventListener('abort', giveUp);
  }
}

function outcomeOf(code: CommandErrorCode): DownloadOutcome {
  switch (code) {
    case 'not_connected':
      return { kind: 'hindered', reason: 'worker_away' };
    case 'unknown_command':
      return { kind: 'hindered', reason: 'unsupported' };
    case 'media_gone':
      return { kind: 'hopeless', reason: 'gone' };
    case 'media_too_large':
      return { kind: 'hopeless', reason: 'too_large' };
    case 'media_awaited':
      return { kind: 'failed', reason: 'awaited' };
    case 'target_missing':
      return { kind: 'failed', reason: 'message_missing' };
    case 'timed_out':
      return { kind: 'failed', reason: 'timed_out' };
    default:
      return { kind: 'failed', reason: 'not_fetched' };
  }
}

function failed(reason: Extract<DownloadOutcome, { kind: 'failed' }>['reason']): DownloadError {
  return new DownloadError({ kind: 'failed', reason });
}
