import { setTimeout as delay } from 'node:timers/promises';
import { type FleetPatch, type FleetRow, type FleetSnapshot, tenantStatuses } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { EventBus } from '../live/event-bus';
import { createPatchLog, type PatchLog } from './patch-log';
import { readFleetRows } from './read-rows';

/**
 * The table of the fleet as it is now, and what changes in it, for as long as anybody looks. Changes of status are read
 * soon after their event; everything else, and whatever an event did not tell, by a look at all tenants now and then.
 */
export interface FleetFeed {
  snapshot(): Promise<FleetSnapshot>;
  /**
   * Follows the table: `listener` gets every later patch. `missed` is what came after the patch `after`, in order; null
   * where that is not known any more, and the table must be read anew. `id` is the newest patch.
   */
  follow(
    after: string | null,
    listener: (patch: FleetPatch) => void,
  ): Promise<{ missed: FleetPatch[] | null; id: string; unfollow: () => void }>;
  stop(): Promise<void>;
}

const patchEveryMs = 250;
const lookEveryMs = 10_000;
/** Nobody has looked for so long: the table is let go of. */
const idleMs = 60_000;
const maxRows = 20_000;
const maxPatchRows = 500;
const patchPauseMs = 100;

const telling = new Set<string>([
  'tenant.created',
  'tenant.updated',
  'tenant.erased',
  'tenant.status',
  'session.state',
  'worker.started',
  'worker.ended',
]);

export function createFleetFeed(deps: {
  db: Database;
  bus: EventBus;
  /** Tells the streams of this process from those of another. */
  epoch: string;
  memoryLimitMib: number | null;
  now: () => Date;
  log: Logger;
  lookEveryMs?: number;
}): FleetFeed {
  const { db, bus, now } = deps;
  const outage = createOutageLog(deps.log, 'database for the table of the fleet');
  const listeners = new Set<(patch: FleetPatch) => void>();
  const changed = new Set<string>();
  let table: Table | null = null;
  let opening: Promise<Table> | null = null;
  let usedAt = 0;
  let runs = 0;

  return {
    async snapshot() {
      const { rows, log, isCut } = await open();
      const counts = Object.fromEntries(
        tenantStatuses.map((status) => [status, 0]),
      ) as FleetSnapshot['counts'];
      for (const { row } of rows.values()) counts[row.status]++;
      return {
        id: log.id(),
        at: now().toISOString(),
        memoryLimitMib: deps.memoryLimitMib,
        counts,
        rows: [...rows.values()].map(({ row }) => row),
        isCut,
      };
    },

    async follow(after, listener) {
      const { log } = await open();
      listeners.add(listener);
      return {
        missed: after === null ? [] : log.after(after),
        id: log.id(),
        unfollow: () => {
          listeners.delete(listener);
          usedAt = now().getTime();
        },
      };
    },

    async stop() {
      listeners.clear();
      table?.close();
      await table?.ended;
    },
  };

  async function open(): Promise<Table> {
    usedAt = now().getTime();
    if (table) return table;
    opening ??= begin().finally(() => {
      opening = null;
    });
    return opening;
  }

  /** Events from before the first read are looked at again: they may be newer than what it saw. */
  async function begin(): Promise<Table> {
    const unsubscribe = bus.subscribe(({ tenantId, type }) => {
      if (telling.has(type)) changed.add(tenantId);
    });
    try {
      const read = await readAll();
      const opened: Table = {
        rows: new Map(read.map((row) => [row.id, { row, text: JSON.stringify(row) }])),
        log: createPatchLog(`${deps.epoch}.${now().getTime().toString(36)}.${runs++}`),
        isCut: read.length === maxRows,
        lookedAt: now().getTime(),
        close: () => undefined,
        ended: Promise.resolve(),
      };
      table = opened;
      keep(opened, unsubscribe);
      return opened;
    } catch (error) {
      unsubscribe();
      throw error;
    }
  }

  function keep(opened: Table, unsubscribe: () => void): void {
    let timer: NodeJS.Timeout | undefined;
    let underWay: Promise<void> = Promise.resolve();
    let isClosed = false;
    opened.close = () => {
      isClosed = true;
      clearTimeout(timer);
      unsubscribe();
      changed.clear();
      if (table === opened) table = null;
      opened.ended = underWay;
    };
    const next = () => {
      timer = setTimeout(() => {
        if (listeners.size === 0 && now().getTime() - usedAt > idleMs) return opened.close();
        underWay = look(opened).then(() => {
          if (!isClosed) next();
        });
      }, patchEveryMs);
    };
    next();
  }

  async function look(opened: Table): Promise<void> {
    const isWhole = now().getTime() - opened.lookedAt >= (deps.lookEveryMs ?? lookEveryMs);
    if (!isWhole && changed.size === 0) return;
    const ids = isWhole ? null : [...changed];
    changed.clear();
    try {
      const read = ids === null ? await readAll() : await readSome(ids);
      if (isWhole) opened.lookedAt = now().getTime();
      await publish(opened, read, ids ?? [...opened.rows.keys()]);
      outage.worked();
    } catch (error) {
      // What was not read is read with all the others.
      opened.lookedAt = 0;
      outage.failed(error);
    }
  }

  /** @param asked tenants that are gone where they were not read */
  async function publish(
    { rows, log }: Table,
    read: readonly FleetRow[],
    asked: readonly string[],
  ): Promise<void> {
    const isThere = new Set(read.map(({ id }) => id));
    const gone = asked.filter((id) => !isThere.has(id) && rows.has(id));
    const news = read.flatMap((row) => {
      const text = JSON.stringify(row);
      return rows.get(row.id)?.text === text ? [] : [{ row, text }];
    });
    for (let first = 0; first < news.length || (first === 0 && gone.length > 0); first += maxPatchRows) {
      // A reader is given time to take what it has.
      if (first > 0) await delay(patchPauseMs);
      const part = news.slice(first, first + maxPatchRows);
      for (const entry of part) rows.set(entry.row.id, entry);
      if (first === 0) for (const id of gone) rows.delete(id);
      const patch = log.add({
        at: now().toISOString(),
        rows: part.map(({ row }) => row),
        gone: first === 0 ? gone : [],
      });
      for (const listener of listeners) listener(patch);
    }
  }

  function readAll(): Promise<FleetRow[]> {
    return readFleetRows(db, { ids: null, limit: maxRows, now: now() });
  }

  function readSome(ids: readonly string[]): Promise<FleetRow[]> {
    return readFleetRows(db, { ids, limit: ids.length, now: now() });
  }
}

interface Table {
  rows: Map<string, { row: FleetRow; text: string }>;
  log: PatchLog;
  isCut: boolean;
  lookedAt: number;
  close: () => void;
  ended: Promise<void>;
}
