import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  Worker,
  type BackendFactory,
  type IQueueBackend,
  type Job,
  type JobsOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { withDeadline } from '@wafleet/runtime';

/** Where jobs wait: a Redis or Valkey, or a schema of its own in Postgres. */
export type QueueBackend = { kind: 'redis'; url: string } | { kind: 'postgres'; url: string };

/** BullMQ's queue, and one worker that processes it. */
export interface OpenQueue {
  add(name: string, payload: object, options: JobsOptions): Promise<void>;
  /** Has a job done again and again; repeating it changes the interval. */
  schedule(name: string, everyMs: number, options: JobsOptions): Promise<void>;
  /** Fails, or does not end, while the queue can't be reached. */
  probe(): Promise<void>;
  /** Waits for jobs under way; cuts them off after `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

interface OpenOptions {
  /** Of all keys in Redis; of the schema in Postgres. */
  namespace: string;
  process: (job: Job) => Promise<void>;
  onFailed: (job: Job | undefined, error: Error) => void;
  onError: (error: Error) => void;
  openTimeoutMs: number;
  /** Gives the opening up. */
  signal: AbortSignal;
}

const queueName = 'jobs';
const closeFailedTimeoutMs = 1_000;
const concurrency = 4;
/** An idle worker asks this often; what is added or becomes due wakes it. */
const idleSeconds = 30;

/**
 * Opens queue and worker; nothing stays open when it fails.
 * @throws DeadlineError, the driver's error, or the signal's reason
 */
export function openQueue(backend: QueueBackend, options: OpenOptions): Promise<OpenQueue> {
  if (backend.kind === 'postgres') {
    // Three connections: one of the queue, one of the worker, one on which it listens.
    const connection = { connectionString: backend.url, schema: options.namespace, max: 1, migrate: true };
    return open(createPostgresBackend, connection, () => undefined, options);
  }
  // Two connections: one shared, one on which the worker waits. They wait out an outage; calls have deadlines.
  const connection = new Redis(backend.url, { maxRetriesPerRequest: null, connectTimeout: 5_000 });
  connection.on('error', options.onError);
  return open(createRedisBackend, connection, () => connection.disconnect(), options);
}

async function open<Backend extends IQueueBackend, Connection>(
  backend: BackendFactory<Backend, Connection>,
  connection: Connection,
  disconnect: () => void,
  { namespace, process, onFailed, onError, openTimeoutMs, signal }: OpenOptions,
): Promise<OpenQueue> {
  const options = { connection, prefix: namespace };
  const queue = new Queue(queueName, options, backend);
  const working = { ...options, concurrency, drainDelay: idleSeconds };
  const worker = new Worker(queueName, process, working, backend);
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', onFailed);
  const close = async (timeoutMs: number) => {
    await closeQuietly(worker, timeoutMs);
    await closeQuietly(queue, timeoutMs);
    disconnect();
  };
  try {
    const ready = Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    await withDeadline(Promise.race([ready, aborted(signal)]), openTimeoutMs, 'opening the job queue');
  } catch (error) {
    await close(closeFailedTimeoutMs);
    throw error;
  }
  return {
    add: async (name, payload, jobOptions) => void (await queue.add(name, payload, jobOptions)),
    schedule: async (name, every, opts) =>
      void (await queue.upsertJobScheduler(name, { every }, { name, data: {}, opts })),
    probe: async () => void (await queue.getWaitingCount()),
    close,
  };
}

/** A store that is gone can't be closed in good order; its connections are dropped all the same. */
async function closeQuietly(
  part: { close(): Promise<void>; disconnect(): Promise<void> },
  timeoutMs: number,
): Promise<void> {
  try {
    await withDeadline(part.close(), timeoutMs, 'closing the job queue');
  } catch {
    await withDeadline(part.disconnect(), 1_000, 'disconnecting the job queue').catch(() => undefined);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
