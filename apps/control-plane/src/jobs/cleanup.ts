export const cleanupIntervalMs = 5 * 60 * 1_000;

/** One thing that is put in order; may be repeated at any time. */
export interface CleanupTask {
  name: string;
  run: () => Promise<void>;
}

/**
 * Runs every task, also after one has failed.
 * @throws AggregateError naming those that failed
 */
export async function cleanUp(tasks: readonly CleanupTask[]): Promise<void> {
  const failures: Error[] = [];
  for (const { name, run } of tasks) {
    try {
      await run();
    } catch (cause) {
      failures.push(new Error(`${name} failed`, { cause }));
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join(', '));
}
