import type { OutageLog } from '@wafleet/runtime';

/** Work that is done again and again, with a pause between its end and its next start. */
export interface Sweep {
  /** Begins at once. */
  start(): void;
  /** Begins no more; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** @param options.work what fails is told to the outage, and tried again at the next one */
export function createSweep(options: {
  everyMs: number;
  work: () => Promise<void>;
  outage: OutageLog;
}): Sweep {
  const { outage } = options;
  let isRunning = false;
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      await options.work();
      outage.worked();
    } catch (error) {
      outage.failed(error);
    }
    if (isRunning) timer = setTimeout(begin, options.everyMs);
  }

  function begin(): void {
    underWay = sweep();
  }

  return {
    start() {
      isRunning = true;
      begin();
    },
    async stop() {
      isRunning = false;
      if (timer) clearTimeout(timer);
      await underWay;
    },
  };
}
