import type { FleetPatch, FleetRow, FleetSnapshot } from '@wafleet/contracts';

/**
 * The rows of the fleet outside of React: a change tells only the row that shows it, and the list, which sorts and
 * filters, once a second. A thousand changes a second so cost what the rows on the screen cost.
 */
export interface FleetStore {
  /** Replaces everything; patches that came before it are applied where they are newer. */
  load(snapshot: FleetSnapshot): void;
  /** Kept until there is a snapshot that it belongs to. */
  apply(patch: FleetPatch): void;
  row(id: string): FleetRow | undefined;
  subscribeRow(id: string, onChange: () => void): () => void;
  /** The same list until the next second in which something changed. */
  all(): readonly FleetRow[];
  subscribeAll(onChange: () => void): () => void;
}

const listEveryMs = 1_000;
const maxEarly = 200;

export function createFleetStore(): FleetStore {
  const rows = new Map<string, FleetRow>();
  const rowListeners = new Map<string, Set<() => void>>();
  const listListeners = new Set<() => void>();
  let list: readonly FleetRow[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let loaded: { table: string; seq: number } | null = null;
  let early: FleetPatch[] = [];

  return {
    load(snapshot) {
      const before = [...rows.keys()];
      rows.clear();
      for (const row of snapshot.rows) rows.set(row.id, row);
      loaded = placeOf(snapshot.id);
      early.splice(0).forEach(apply);
      new Set([...before, ...rows.keys()]).forEach(tellRow);
      flush();
    },

    apply,

    row: (id) => rows.get(id),

    subscribeRow(id, onChange) {
      const listeners = rowListeners.get(id) ?? new Set();
      rowListeners.set(id, listeners.add(onChange));
      return () => {
        listeners.delete(onChange);
        if (listeners.size === 0 && rowListeners.get(id) === listeners) rowListeners.delete(id);
      };
    },

    all: () => list,

    subscribeAll(onChange) {
      listListeners.add(onChange);
      return () => void listListeners.delete(onChange);
    },
  };

  function apply(patch: FleetPatch): void {
    const place = placeOf(patch.id);
    if (loaded === null || loaded.table !== place.table)
      return void (early = [...early, patch].slice(-maxEarly));
    if (place.seq <= loaded.seq) return;
    loaded = place;
    for (const row of patch.rows) {
      rows.set(row.id, row);
      tellRow(row.id);
    }
    for (const id of patch.gone) {
      rows.delete(id);
      tellRow(id);
    }
    timer ??= setTimeout(flush, listEveryMs);
  }

  function tellRow(id: string): void {
    rowListeners.get(id)?.forEach((listener) => listener());
  }

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    list = [...rows.values()];
    for (const listener of listListeners) listener();
  }
}

/** `<table>-<seq>`: numbers of another table say nothing about this one. */
function placeOf(id: string): { table: string; seq: number } {
  const at = id.lastIndexOf('-');
  return { table: id.slice(0, at), seq: Number(id.slice(at + 1)) };
}
