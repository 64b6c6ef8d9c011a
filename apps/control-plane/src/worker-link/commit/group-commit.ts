import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { backoffMs, createOutageLog, type Logger } from '@wafleet/runtime';
import { systemErrorCode } from '../../system-error';
import type { CommitOutcome, EventCommitter, PendingEvent } from './commit-events';

/**
 * Commits the events of all links in groups: what comes while one transaction is under way, and right after it, goes into
 * the next one. A lone event waits for nobody; one transaction for many costs little more than one for one.
 */
export interface GroupCommit {
  /** False when too much waits already: nothing was taken, and the sender must come back later. */
  add(event: PendingEvent): boolean;
  /** Resolves once everything that was added before is committed, or `timeoutMs` have passed. */
  drain(timeoutMs: number): Promise<void>;
  /** Begins no further group; resolves when the one under way has ended. What is not committed is not acked. */
  stop(): Promise<void>;
}

const maxGroup = 500;
const maxWaiting = 20_000;
/** Between two groups: what follows closely (the acks of what is sent, a burst) shares one. */
const gatherMs = 10;
const retry = { firstMs: 100, maxMs: 3_000, jitter: 0.2 };
const drainPollMs = 10;
/** No transaction in time, and one that others' locks or writes ended; of the client and of Postgres. */
const overloadCodes = ['P2028', 'TRANSACTION_TIMEOUT', 'P2034', '40P01', '40001'];

export function createGroupCommit(deps: {
  committer: EventCommitter;
  /** Answers when the database does; rejects when it is away. */
  probeDatabase: () => Promise<unknown>;
  /** Called after each commit, in the order of commits. */
  onCommitted: (events: readonly PendingEvent[], outcome: CommitOutcome) => void;
  random: () => number;
  log: Logger;
}): GroupCommit {
  const { committer, onCommitted, log } = deps;
  const outage = createOutageLog(log, 'database for worker events');
  const waiting: PendingEvent[] = [];
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let committedAt = -Infinity;

  return {
    add(event) {
      if (stopping.signal.aborted || waiting.length >= maxWaiting) return false;
      waiting.push(event);
      running ??= run().finally(() => {
        running = null;
      });
      return true;
    },

    async drain(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (running !== null && Date.now() < deadline) await delay(drainPollMs);
    },

    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    // What the same read of a socket brought belongs together.
    await nextTurn();
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const earlyMs = committedAt + gatherMs - performance.now();
      if (earlyMs > 0 && waiting.length < maxGroup) await delay(earlyMs);
      const group = waiting.slice(0, maxGroup);
      if (!(await commitHolding(group))) return;
      waiting.splice(0, group.length);
      committedAt = performance.now();
    }
  }

  /** An outage is no fault of the events: the group is held and tried again. False when stopped meanwhile. */
  async function commitHolding(group: readonly PendingEvent[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await commitSplitting(group);
        outage.worked();
        return true;
      } catch (error) {
        outage.failed(error);
        const pause = backoffMs(retry, attempt, deps.random());
        const wasStopped = await delay(pause, false, { signal: stopping.signal }).catch(() => true);
        if (wasStopped) return false;
      }
    }
  }

  /**
   * Commits the group; when that fails, its halves, down to the one event that can't be applied, which is set aside.
   * Events are committed in their order, and a repeat passes over what is committed already.
   * @throws what the database says when it is away, or too busy for a single event
   */
  async function commitSplitting(group: readonly PendingEvent[]): Promise<void> {
    try {
      onCommitted(group, await committer.commit(group));
      return;
    } catch (error) {
      await deps.probeDatabase();
      if (group.length === 1) return setAside(group[0] as PendingEvent, error);
    }
    const middle = Math.ceil(group.length / 2);
    await commitSplitting(group.slice(0, middle));
    await commitSplitting(group.slice(middle));
  }

  /** Once more, because the database may have been away for the first try only. */
  async function setAside(event: PendingEvent, firstError: unknown): Promise<void> {
    try {
      onCommitted([event], await committer.commit([event]));
    } catch (error) {
      if (isOverload(error)) throw error;
      await deps.probeDatabase();
      await committer.quarantine(event, error);
      onCommitted([event], { sessions: [], outagesOpened: [] });
      const { tenantId, generation, seq } = event;
      log.error(
        { tenantId, generation, seq, err: firstError },
        'event set aside, because it can not be stored',
      );
    }
  }
}

/** It answers, but takes no transaction; that says nothing about the event. */
function isOverload(error: unknown): boolean {
  return overloadCodes.includes(systemErrorCode(error) ?? '');
}
