import { mediaKinds, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { JobQueue } from '../../jobs/job-queue';
import type { EventBus } from '../../live/event-bus';
import type { CleanupTask } from '../../jobs/cleanup';
import { createSweep } from '../../scheduling/sweep';
import type { DownloadPolicy } from './download-policy';
import {
  beginDownload,
  giveUpDownloads,
  takeDownloadStep,
  tenantsWithDownloads,
  type Download,
} from './download-rows';
import { fetchDownload, type FetchDownloadDeps } from './fetch-download';
import { nextDownloadStep } from './next-download-step';
import { retryDownload } from './retry-download';

/** Fetches media of messages that came (README.md of this folder). One per installation may run at a time. */
export interface MediaDownloads {
  /** There may be something to fetch, or somebody to fetch it: a message came, a session connected. */
  wake(tenantId: TenantId): void;
  /**
   * Has the media of a message fetched anew, with all tries before it; what waits is due at once. Repeats change nothing.
   * @throws AppError NOT_FOUND, TENANT_ERASING, MEDIA_NOT_MISSING
   */
  retry(tenantId: TenantId, messageId: string): Promise<void>;
  /** Takes up what an earlier control plane left, then keeps looking for what nobody woke it for. */
  start(): void;
  /** Gives up what is under way, as if it had not been begun. */
  stop(): Promise<void>;
  readonly cleanup: CleanupTask;
}

const cutOff = { kind: 'failed', reason: 'not_fetched' } as const;

export function createMediaDownloads(
  deps: Omit<FetchDownloadDeps, 'stopping' | 'fetchMs'> & {
    db: Database;
    bus: Pick<EventBus, 'subscribe'>;
    jobs: Pick<JobQueue, 'add' | 'register'>;
    policy: DownloadPolicy;
    random: () => number;
    log: Logger;
  },
): MediaDownloads {
  const { db, policy, jobs, log, now } = deps;
  const stopping = new AbortController();
  const outage = createOutageLog(log, 'media to be fetched');
  const waiting = new Set<TenantId>();
  const underWay = new Map<TenantId, Promise<void>>();
  let isRunning = false;
  let unsubscribe: () => void = () => undefined;
  const sweeps = createSweep({ everyMs: policy.sweepMs, work: sweep, outage });

  jobs.register('media.download', async ({ tenantId }) => wake(tenantId as TenantId));

  function wake(tenantId: TenantId): void {
    if (!isRunning) return;
    waiting.add(tenantId);
    begin();
  }

  /** One message of a tenant at a time, the tenants in turn. */
  function begin(): void {
    for (const tenantId of waiting) {
      if (!isRunning || underWay.size >= policy.maxParallel) return;
      if (underWay.has(tenantId)) continue;
      waiting.delete(tenantId);
      const work = takeNext(tenantId)
        .then(
          (hadOne) => {
            outage.worked();
            if (hadOne) waiting.add(tenantId);
          },
          // Its row is found by the next sweep.
          (error: unknown) => outage.failed(error),
        )
        .then(() => {
          underWay.delete(tenantId);
          begin();
        });
      underWay.set(tenantId, work);
    }
  }

  async function takeNext(tenantId: TenantId): Promise<boolean> {
    if (!deps.links.current(tenantId)) return false;
    const download = await beginDownload(db, tenantId, now());
    if (!download) return false;
    await fetchOne(tenantId, download);
    return true;
  }

  async function fetchOne(tenantId: TenantId, download: Download): Promise<void> {
    const { messageId, attempts } = download;
    const fetchDeps = { ...deps, fetchMs: policy.fetchMs, stopping: stopping.signal };
    // More than are allowed only where tries were cut off; whatever cuts them off may be the media.
    const isUsedUp = attempts > policy.maxAttempts;
    const outcome = isUsedUp ? cutOff : await fetchDownload(fetchDeps, tenantId, download);
    if (outcome === null) return;
    const step = nextDownloadStep(outcome, attempts, policy, deps.random());
    log.info({ tenantId, messageId, attempts, outcome, step }, 'media were not fetched');
    await takeDownloadStep(deps, tenantId, download, step);
    if (step.kind !== 'end') await askFor(tenantId, step.delayMs);
  }

  /** Best effort: what the queue does not take, a sweep finds. */
  async function askFor(tenantId: TenantId, delayMs: number): Promise<void> {
    const dueAt = Math.ceil((now().getTime() + delayMs) / 1_000) * 1_000;
    const options = { delayMs: dueAt - now().getTime(), dedupeId: `${tenantId}:${dueAt}` };
    await jobs.add('media.download', { tenantId }, options);
  }

  async function sweep(): Promise<void> {
    for (const tenantId of await tenantsWithDownloads(db, now())) wake(tenantId);
  }

  return {
    wake,
    retry: (tenantId, messageId) => retryDownload({ db, now, wake }, tenantId, messageId),

    start() {
      isRunning = true;
      unsubscribe = deps.bus.subscribe(({ type, tenantId, data }) => {
        if (type !== 'message.received' && type !== 'message.sent_from_phone') return;
        if ((mediaKinds as readonly unknown[]).includes(data['type'])) wake(tenantId as TenantId);
      });
      sweeps.start();
    },

    async stop() {
      isRunning = false;
      unsubscribe();
      stopping.abort();
      await sweeps.stop();
      await Promise.all(underWay.values());
    },

    cleanup: {
      name: 'media that nobody can fetch',
      run: () => giveUpDownloads(deps, new Date(now().getTime() - policy.giveUpMs)),
    },
  };
}
