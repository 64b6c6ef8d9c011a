import { isDatabaseAway } from '@wafleet/db';

/**
 * Gathers what is asked while an earlier batch is under way into the next one: many at once cost little more than one,
 * and a lone item waits for nobody. One batch at a time, in the order of the calls.
 *
 * @param work does all of it or nothing, and returns a result for each item in their order. Where it fails for several
 * they are tried one by one, so that none fails by another's fault; not where the database is away, because then
 * nobody knows whether it took effect.
 */
export function inBatches<Item, Result>(
  maxItems: number,
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) await settle(waiting.splice(0, maxItems));
    isRunning = false;
  }

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length > 1 && !isDatabaseAway(error)) for (const one of batch) await settle([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}
