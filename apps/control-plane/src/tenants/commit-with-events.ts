import type { Database, Statements, Transaction } from '@wafleet/db';
import type { EventBus } from '../live/event-bus';
import { inBatches } from '../scheduling/batches';
import { recordTenantEvents, type NewTenantEvent } from './tenant-events';

/**
 * Runs a change and stores the events that it returns in one transaction; publishes them after the commit, in the
 * order of their numbers. Returns what `change` returned as `result`.
 *
 * Changes that come at the same time share a transaction, one after the other in it. One that throws is rolled back
 * alone, for which the others run a second time: a change keeps nothing of an earlier run.
 */
export interface CommitWithEvents {
  <T = undefined>(change: Change<Transaction, T>): Promise<T>;
  /** The same for a change that needs nothing but statements of its own words; those are far cheaper. */
  <T = undefined>(change: Change<Statements, T>, by: 'statements'): Promise<T>;
}

type Change<Tx, T> = (tx: Tx) => Promise<{ events: NewTenantEvent[]; result: T }>;

/** One that needs only statements bears a whole transaction too. */
type AnyChange =
  | { by: 'statements'; run: Change<Statements, unknown> }
  | { by: 'client'; run: Change<Transaction, unknown> };

const transactionTimeoutMs = 10_000;
/** Their locks are held until all of them are done. */
const maxChanges = 50;

export function createCommitWithEvents(deps: {
  db: Database;
  epoch: string;
  bus: Pick<EventBus, 'publishStored'>;
}): CommitWithEvents {
  const { db, epoch, bus } = deps;
  const commit = inBatches<AnyChange, unknown>(maxChanges, (changes) =>
    bus.publishStored(() => {
      const plain = changes.filter((change) => change.by === 'statements');
      if (plain.length === changes.length) return db.statements.transaction((tx) => runAll(tx, epoch, plain));
      return db.$transaction((tx) => runAll(tx, epoch, changes), { timeout: transactionTimeoutMs });
    }),
  );
  return <T>(run: Change<Transaction, T>, by: 'statements' | 'client' = 'client') =>
    commit({ by, run } as AnyChange) as Promise<T>;
}

async function runAll<Tx extends Statements>(
  tx: Tx,
  epoch: string,
  changes: readonly { run: Change<Tx, unknown> }[],
) {
  const told: NewTenantEvent[] = [];
  const result: unknown[] = [];
  for (const { run } of changes) {
    const { events, result: own } = await run(tx);
    told.push(...events);
    result.push(own);
  }
  return { stored: await recordTenantEvents(tx, epoch, told), result };
}
