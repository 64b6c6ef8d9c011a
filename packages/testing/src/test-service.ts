/** A server of the caller's own that can go away for a while and come back as it was. */
export interface TestService {
  readonly url: string;
  /** Ends it as its operator would; what it holds stays on disk. */
  interrupt(): Promise<void>;
  /** Starts it again at the same address; resolves when it answers. */
  resume(): Promise<void>;
  /** Ends it and removes what it holds. */
  stop(): Promise<void>;
}

/** @param start starts it at the same address, with what it held before */
export async function interruptible(
  start: () => Promise<{ url: string; stop(): Promise<void> }>,
  remove: () => Promise<void>,
): Promise<TestService> {
  let running = await start();
  return {
    url: running.url,
    interrupt: () => running.stop(),
    resume: async () => {
      running = await start();
    },
    stop: async () => {
      await running.stop();
      await remove();
    },
  };
}
