import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@wafleet/runtime';

/** A process of the stack. */
export interface Running {
  pid: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

export interface KeptRunning<T extends Running> {
  /** The process of now. */
  current(): T;
  /** Ends the process for good and waits for it. */
  stop(): Promise<void>;
}

const policy = { firstMs: 500, maxMs: 30_000, jitter: 0.2 };

/**
 * Starts the process and, whenever it ends by itself, starts it again: at once, then with growing pauses.
 * @param options.stableMs one that has run this long has recovered; its next end counts as a first one
 * @throws what `start` throws the first time; later failures are told to `onTrouble` and tried again
 */
export async function keepRunning<T extends Running>(options: {
  start: () => Promise<T>;
  onStarted: (pid: number) => Promise<void>;
  onTrouble: (what: string) => void;
  stableMs?: number;
}): Promise<KeptRunning<T>> {
  const { stableMs = 60_000 } = options;
  const stopping = new AbortController();
  let current = await options.start();
  await options.onStarted(current.pid);
  const watching = watch();
  return {
    current: () => current,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
      // The watch may have been starting another one.
      await current.stop();
    },
  };

  async function watch(): Promise<void> {
    let attempt = 0;
    for (;;) {
      const since = performance.now();
      await current.exited;
      if (stopping.signal.aborted) return;
      attempt = performance.now() - since > stableMs ? 1 : attempt + 1;
      options.onTrouble('ended unexpectedly and is started again');
      while (!(await startAgain(attempt))) attempt += 1;
      if (stopping.signal.aborted) return;
    }
  }

  /** False when it didn't start and must be tried again. */
  async function startAgain(attempt: number): Promise<boolean> {
    const pauseMs = attempt === 1 ? 0 : backoffMs(policy, attempt - 1, Math.random());
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return true;
    try {
      current = await options.start();
      await options.onStarted(current.pid);
      return true;
    } catch (error) {
      options.onTrouble(`did not start: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
