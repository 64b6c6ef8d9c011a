import type { TenantEvent } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import { recordTenantEvents, type NewTenantEvent } from './tenant-events';

/**
 * Runs a change and stores the events that it returns in one transaction; publishes them after the commit.
 * Returns what `change` returned as `result`.
 */
export type CommitWithEvents = <T = undefined>(
  change: (tx: Transaction) => Promise<{ events: NewTenantEvent[]; result: T }>,
) => Promise<T>;

const transactionTimeoutMs = 10_000;

export function createCommitWithEvents(deps: {
  db: Database;
  epoch: string;
  bus: { publish(events: readonly TenantEvent[]): void };
}): CommitWithEvents {
  return async (change) => {
    const { stored, result } = await deps.db.$transaction(
      async (tx) => {
        const { events, result } = await change(tx);
        return { stored: await recordTenantEvents(tx, deps.epoch, events), result };
      },
      { timeout: transactionTimeoutMs },
    );
    deps.bus.publish(stored);
    return result;
  };
}
