import type { TenantEvent } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';
import { recordTenantEvents, type NewTenantEvent } from './tenant-events';

/**
 * Runs a change and stores the events that it returns in one transaction; publishes them after the commit, in the
 * order of their numbers. Returns what `change` returned as `result`.
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
  const takeTurn = createTurns();

  return async (change) => {
    let turn: Turn | null = null;
    try {
      const { stored, result } = await deps.db.$transaction(
        async (tx) => {
          const { events, result } = await change(tx);
          const stored = await recordTenantEvents(tx, deps.epoch, events);
          // Numbers are given out to one transaction at a time, until its commit: turns are in their order.
          if (stored.length > 0) turn = takeTurn();
          return { stored, result };
        },
        { timeout: transactionTimeoutMs },
      );
      // News of two commits may reach this process in the other order.
      await (turn as Turn | null)?.hasCome;
      deps.bus.publish(stored);
      return result;
    } finally {
      (turn as Turn | null)?.end();
    }
  };
}

interface Turn {
  /** Resolves when every earlier turn has ended. */
  hasCome: Promise<void>;
  end: () => void;
}

function createTurns(): () => Turn {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const hasCome = last;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    last = hasCome.then(() => ended);
    return { hasCome, end };
  };
}
