import type { TenantEvent } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import { inBatches } from '../scheduling/batches';
import { recordTenantEvents, type NewTenantEvent } from './tenant-events';

/**
 * Runs a change and stores the events that it returns in one transaction; publishes them after the commit, in the
 * order of their numbers. Returns what `change` returned as `result`.
 *
 * Changes that come at the same time share a transaction, one after the other in it. One that throws is rolled back
 * alone, for which the others run a second time: a change keeps nothing of an earlier run.
 */
export type CommitWithEvents = <T = undefined>(change: Change<T>) => Promise<T>;

type Change<T> = (tx: Transaction) => Promise<{ events: NewTenantEvent[]; result: T }>;

const transactionTimeoutMs = 10_000;
/** Their locks are held until all of them are done. */
const maxChanges = 50;

export function createCommitWithEvents(deps: {
  db: Database;
  epoch: string;
  bus: { publish(events: readonly TenantEvent[]): void };
}): CommitWithEvents {
  const commit = inBatches<Change<unknown>, unknown>(maxChanges, async (changes) => {
    const { stored, results } = await deps.db.$transaction((tx) => runAll(tx, deps.epoch, changes), {
      timeout: transactionTimeoutMs,
    });
    deps.bus.publish(stored);
    return results;
  });
  return <T>(change: Change<T>) => commit(change) as Promise<T>;
}

async function runAll(tx: Transaction, epoch: string, changes: readonly Change<unknown>[]) {
  const told: NewTenantEvent[] = [];
  const results: unknown[] = [];
  for (const change of changes) {
    const { events, result } = await change(tx);
    told.push(...events);
    results.push(result);
  }
  return { stored: await recordTenantEvents(tx, epoch, told), results };
}
