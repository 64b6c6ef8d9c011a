import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { WorkerBench } from './worker-bench';
import { buildWorker } from './worker-process';

/**
 * Gives each test of the file a bench of its own, on one build of the worker. Nothing of a bench may be left.
 * @param use told of it before each test
 */
export function benchPerTest(use: (bench: WorkerBench) => void): void {
  let built: Awaited<ReturnType<typeof buildWorker>>;
  let bench: WorkerBench;

  beforeAll(async () => {
    built = await buildWorker();
  });
  beforeEach(async () => {
    bench = await WorkerBench.create(built.bundle);
    use(bench);
  });
  afterEach(() => bench.remove());
  afterAll(() => built.remove());
}
