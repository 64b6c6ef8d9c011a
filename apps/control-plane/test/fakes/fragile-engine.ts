import { withDeadline } from '@wafleet/runtime';
import { DriverError, type Observation, type WorkerDriver } from '../../src/drivers/worker-driver';
import type { LosableEngine } from '../drivers/engine-contract';

/** An engine between a driver and its workers, which is lost and hangs as a real one does; the workers go on. */
export interface FragileEngine extends LosableEngine {
  /** The same driver, of which each verb is asked for through this engine. */
  before(driver: WorkerDriver, answerTimeoutMs: number): WorkerDriver;
}

export function createFragileEngine(): FragileEngine {
  let isLost = false;
  let hanging: { end: Promise<void>; resume: () => void } | null = null;

  return {
    kill: async () => void (isLost = true),
    async hang() {
      let resume = (): void => undefined;
      const end = new Promise<void>((resolve) => (resume = resolve));
      hanging = { end, resume };
    },
    async revive() {
      isLost = false;
      hanging?.resume();
      hanging = null;
    },
    before: (driver, answerTimeoutMs) => ({
      ...driver,
      start: (spec) => asked(() => driver.start(spec), answerTimeoutMs),
      stop: (tenantId, timeoutMs) => asked(() => driver.stop(tenantId, timeoutMs), answerTimeoutMs),
      kill: (tenantId) => asked(() => driver.kill(tenantId), answerTimeoutMs),
      remove: (tenantId) => asked(() => driver.remove(tenantId), answerTimeoutMs),
      list: () => asked(() => driver.list(), answerTimeoutMs),
      findBuild: (version) => asked(() => driver.findBuild(version), answerTimeoutMs),
      hasBuild: (build) => asked(() => driver.hasBuild(build), answerTimeoutMs),
      inspect: (tenantId) =>
        asked(() => driver.inspect(tenantId), answerTimeoutMs).catch((error: unknown): Observation => {
          if (!(error instanceof DriverError) || error.reason !== 'engine_unreachable') throw error;
          return { state: 'unknown', detail: error.message };
        }),
    }),
  };

  /** What it has taken on it does, whether its answer arrives or not. */
  async function asked<T>(verb: () => Promise<T>, answerTimeoutMs: number): Promise<T> {
    await untilItListens(answerTimeoutMs);
    const answer = await verb();
    await untilItListens(answerTimeoutMs);
    return answer;
  }

  async function untilItListens(answerTimeoutMs: number): Promise<void> {
    try {
      await withDeadline(hanging?.end ?? Promise.resolve(), answerTimeoutMs, 'answer of the engine');
    } catch (cause) {
      throw new DriverError('engine_unreachable', 'The engine does not answer.', { cause });
    }
    if (isLost) throw new DriverError('engine_unreachable', 'The engine is gone.');
  }
}
