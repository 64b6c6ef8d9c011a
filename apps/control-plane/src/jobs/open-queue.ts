import { once } from 'node:events';
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
  /** Waits as long for jobs under way, then cuts them off; 0 when the store is out of reach. */
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
const concurrency = 4;
const cutTimeoutMs = 1_000;
/** An idle worker asks this often; what is added or becomes due wakes it. */
const idleSeconds = 30;

/**
 * Opens queue and worker; nothing stays open when it fails.
 * @throws DeadlineError, the driver's error, or the signal's reason
 */
export async function openQueue(backend: QueueBackend, options: OpenOptions): Promise<OpenQueue> {
  if (backend.kind === 'postgres') {
    // Three connections: one of the queue, one of the worker, one on which it listens.
    const connection = { connectionString: backend.url, schema: options.namespace, max: 1, migrate: true };
    return open(createPostgresBackend, connection, options);
  }
  // Two connections: one shared, one on which the worker waits.
  const redis = await connectRedis(backend.url, options);
  try {
    const queue = await open(createRedisBackend, redis.connection, options);
    const close = (timeoutMs: number) => queue.close(timeoutMs).finally(() => redis.end());
    return { ...queue, close };
  } catch (error) {
    await redis.end();
    throw error;
  }
}

/**
 * Before BullMQ gets the connection, because what it builds on one that was never up can't be closed. Once up, it and
 * its copies wait out an outage, until end().
 */
async function connectRedis(url: string, { signal, openTimeoutMs }: OpenOptions) {
  let isKept = false;
  const retryStrategy = (attempt: number) => (isKept ? Math.min(attempt * 100, 2_000) : null);
  const connection = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, retryStrategy });
  const failed = new Promise<never>((_resolve, reject) => connection.on('error', reject));
  const end = async () => {
    isKept = false;
    if (connection.status === 'end') return;
    const ended = once(connection, 'end');
    connection.disconnect();
    await withDeadline(ended, cutTimeoutMs, 'disconnecting from Redis').catch(() => undefined);
  };
  try {
    const up = Promise.race([connection.connect(), failed, aborted(signal)]);
    await withDeadline(up, openTimeoutMs, 'connecting to Redis');
    isKept = true;
    return { connection, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function open<Backend extends IQueueBackend, Connection>(
  backend: BackendFactory<Backend, Connection>,
  connection: Connection,
  { namespace, process, onFailed, onError, openTimeoutMs, signal }: OpenOptions,
): Promise<OpenQueue> {
  const options = { connection, prefix: namespace };
  const queue = new Queue(queueName, options, backend);
  const working = { ...options, concurrency, drainDelay: idleSeconds };
  const worker = new Worker(queueName, process, working, backend);
  worker.on('failed', onFailed);
  const failed = new Promise<never>((_resolve, reject) => {
    for (const emitter of [queue, worker] as NodeJS.EventEmitter[]) {
      emitter.on('error', reject);
      emitter.on('error', onError);
    }
  });
  const close = async (timeoutMs: number) => {
    await closeQuietly(worker, timeoutMs);
    await closeQuietly(queue, timeoutMs);
  };
  try {
    const ready = Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    await withDeadline(
      Promise.race([ready, failed, aborted(signal)]),
      openTimeoutMs,
      'opening the job queue',
    );
  } catch (error) {
    await close(0);
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

/** In good order where there is time, else by dropping the connections; the caller can do no more about it. */
async function closeQuietly(part: Closable, timeoutMs: number): Promise<void> {
  const isCut = timeoutMs === 0;
  try {
    await withDeadline(part.close(isCut), isCut ? cutTimeoutMs : timeoutMs, 'closing the job queue');
  } catch {
    await withDeadline(part.disconnect(), cutTimeoutMs, 'disconnecting the job queue').catch(() => undefined);
  }
}

interface Closable {
  close(force: boolean): Promise<void>;
  disconnect(): Promise<void>;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
