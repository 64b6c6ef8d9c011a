import type { TenantEvent } from '@wafleet/contracts';

type Listener = (event: TenantEvent) => void;

/** Events on their way to live streams of this process. Publish only what is committed. */
export interface EventBus {
  publish(events: readonly TenantEvent[]): void;
  /** Returns the function that ends the subscription. A listener must not throw and must not wait. */
  subscribe(listener: Listener): () => void;
}

export function createEventBus(): EventBus {
  const listeners = new Set<Listener>();
  return {
    publish(events) {
      for (const event of events) for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
