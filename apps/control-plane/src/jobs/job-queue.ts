import { backoffMs, createOutageLog, withDeadline, type BackoffPolicy, type Logger } from '@wafleet/runtime';
import type { JobName, JobPayload } from './job-table';
import { reportFailedJob, runJob } from './run-job';
import { openQueue, type OpenQueue, type QueueBackend } from './open-queue';

const openTimeoutMs = 15_000;
const addTimeoutMs = 5_000;
const probeIntervalMs = 2_000;
const probeTimeoutMs = 2_000;
const stopTimeoutMs = 5_000;
const reopen: BackoffPolicy = { firstMs: 500, maxMs: 15_000, jitter: 0.2 };

/** Ended jobs that stay to be looked at. */
const kept = {
  removeOnComplete: { count: 1_000, age: 24 * 3_600 },
  removeOnFail: { count: 5_000, age: 7 * 24 * 3_600 },
};
const retried = { attempts: 5, backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 } };

/**
 * What is due later or must be retried. It can be lost or out of reach at any time: whoever adds a job has a row that
 * says the same, and a sweep that finds it.
 */
export interface JobQueue {
  /** Once per name, before start(). The work may be done twice and must bear it. */
  register<Name extends JobName>(name: Name, work: (payload: JobPayload<Name>) => Promise<void>): void;
  /** Has the job done again and again; before start(). */
  every(name: JobName, intervalMs: number): void;
  /**
   * False when the queue can't be reached. Never throws, and answers within seconds.
   * @param options.dedupeId while a job of this name and id waits, adding another changes nothing
   */
  add<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    options?: { delayMs?: number; dedupeId?: string },
  ): Promise<boolean>;
  /** Connects in the background, and again after an outage. */
  start(): void;
  isReachable(): boolean;
  /** Waits for jobs under way, a few seconds at most; those cut off are done again later. */
  stop(): Promise<void>;
}

export function createJobQueue(options: {
  backend: QueueBackend;
  log: Logger;
  random: () => number;
  /** Keeps the jobs of several installations in one store apart. */
  namespace?: string;
}): JobQueue {
  const { log } = options;
  const outage = createOutageLog(log, 'job queue');
  const work = new Map<JobName, (payload: never) => Promise<void>>();
  const intervals = new Map<JobName, number>();
  let open: OpenQueue | null = null;
  let isReachable = false;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let wakeUp: () => void = () => undefined;

  /** Opens, then asks after the queue whenever it reported an error, until stop(). */
  async function run(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        if (open) await withDeadline(open.probe(), probeTimeoutMs, 'the job queue');
        else open = await connect();
        isReachable = true;
        outage.worked();
        attempt = 0;
        await pause(null);
      } catch (error) {
        isReachable = false;
        if (!stopping.signal.aborted) outage.failed(error);
        await pause(open ? probeIntervalMs : backoffMs(reopen, attempt, options.random()));
      }
    }
  }

  async function connect(): Promise<OpenQueue> {
    const opened = await openQueue(options.backend, {
      namespace: options.namespace ?? 'bullmq',
      openTimeoutMs,
      process: (job) => runJob(work, job),
      onFailed: (job, error) => reportFailedJob(log, job, error),
      signal: stopping.signal,
      // While it is out of reach it is asked after anyway.
      onError: () => {
        if (isReachable) wakeUp();
      },
    });
    try {
      for (const [name, everyMs] of intervals) {
        const scheduling = opened.schedule(name, everyMs, { ...kept, ...retried });
        await withDeadline(scheduling, addTimeoutMs, 'scheduling a job');
      }
      return opened;
    } catch (error) {
      await opened.close(0);
      throw error;
    }
  }

  /** Until something reports an error, or for a time. */
  function pause(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms);
      wakeUp = () => {
        if (timer) clearTimeout(timer);
        resolve();
      };
      if (stopping.signal.aborted) wakeUp();
    });
  }

  return {
    register: (name, perform) => void work.set(name, perform),
    every: (name, intervalMs) => void intervals.set(name, intervalMs),
    isReachable: () => isReachable,

    async add(name, payload, { delayMs = 0, dedupeId } = {}) {
      if (!open || !isReachable || stopping.signal.aborted) return false;
      const deduplication = dedupeId === undefined ? undefined : { id: `${name}:${dedupeId}` };
      try {
        const adding = open.add(name, payload, { ...kept, ...retried, delay: delayMs, deduplication });
        await withDeadline(adding, addTimeoutMs, 'adding a job');
        return true;
      } catch (error) {
        log.warn({ job: name, err: error }, 'job could not be added; the sweep does its work');
        wakeUp();
        return false;
      }
    },

    start() {
      running = run();
    },

    async stop() {
      const patienceMs = isReachable ? stopTimeoutMs : 0;
      stopping.abort(new Error('the job queue is being stopped'));
      isReachable = false;
      wakeUp();
      await running;
      await open?.close(patienceMs);
    },
  };
}
