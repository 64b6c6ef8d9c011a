import type { TenantEvent } from '@wafleet/contracts';

type Listener = (event: TenantEvent) => void;

/** Events on their way to live streams of this process. Publish only what is committed. */
export interface EventBus {
  publish(events: readonly TenantEvent[]): void;
  /**
   * Runs what stores events and resolves with its result. They are published after it, in the order of their numbers,
   * whatever else stores events at the same time; where others are still at it, that may be after this has resolved.
   */
  publishStored<T>(store: () => Promise<{ stored: readonly TenantEvent[]; result: T }>): Promise<T>;
  /** Returns the function that ends the subscription. A listener must not throw and must not wait. */
  subscribe(listener: Listener): () => void;
}

/** Committed events that some who began earlier may still have to precede. */
interface Held {
  seq: bigint;
  events: readonly TenantEvent[];
  /** Whose numbers may be lower: those that were at it when these were committed. Who begins later has higher ones. */
  earlier: Set<object>;
}

export function createEventBus(): EventBus {
  const listeners = new Set<Listener>();
  const storing = new Set<object>();
  const held: Held[] = [];

  function publish(events: readonly TenantEvent[]): void {
    for (const event of events) for (const listener of listeners) listener(event);
  }

  function settle(own: object, stored: readonly TenantEvent[]): void {
    storing.delete(own);
    for (const { earlier } of held) earlier.delete(own);
    const [first] = stored;
    if (first) {
      held.push({ seq: seqOf(first), events: stored, earlier: new Set(storing) });
      held.sort((a, b) => (a.seq < b.seq ? -1 : 1));
    }
    while (held[0]?.earlier.size === 0) publish(held.shift()?.events ?? []);
  }

  return {
    publish,

    async publishStored(store) {
      const own = {};
      storing.add(own);
      let stored: readonly TenantEvent[] = [];
      try {
        const outcome = await store();
        stored = outcome.stored;
        return outcome.result;
      } finally {
        settle(own, stored);
      }
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Of events of one epoch. */
function seqOf({ id }: TenantEvent): bigint {
  return BigInt(id.slice(id.lastIndexOf('-') + 1));
}
