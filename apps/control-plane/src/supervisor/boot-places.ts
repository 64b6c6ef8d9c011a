import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { TenantId } from '@wafleet/contracts';
import { hasRoom, inOrder, type Waiting } from './decide/admission';

/** The places in which workers boot. A boot holds its place until its session shows something, or its deadline. */
export interface BootPlaces {
  /** Takes a place. False when there is none: the tenant waits for its turn, and is woken when it has come. */
  take(tenantId: TenantId, wasLinked: boolean): boolean;
  /** The boot is over, one way or the other. */
  release(tenantId: TenantId): void;
  /** The tenant needs no place any more; the next one moves up. */
  leaveQueue(tenantId: TenantId): void;
  /**
   * Looks for boots past their deadline, and for memory that has become free; a boot is expected to take so much. While the
   * installation is drained there is no place.
   */
  refresh(known: { bootBytes: number; isDrained: boolean }): void;
  view(): BootsView;
}

/** Who boots and who waits for that, in their order. Times are Unix milliseconds. */
export interface BootsView {
  atOnce: number;
  underWay: { tenantId: TenantId; since: number }[];
  waiting: { tenantId: TenantId; since: number; wasLinked: boolean }[];
  /** What a boot is expected to take, what can be had, and what of it must stay. */
  expectedBytes: number;
  availableBytes: number;
  keptBytes: number;
  isDrained: boolean;
}

export function createBootPlaces(deps: {
  maxBoots: number;
  bootMs: number;
  minAvailableBytes: number;
  /** Until refresh() tells otherwise. */
  bootBytes: number;
  wake: (tenantId: TenantId) => void;
  now: () => Date;
  availableBytes?: () => number;
}): BootPlaces {
  const now = () => deps.now().getTime();
  const availableBytes = deps.availableBytes ?? readAvailableBytes;
  const boots = new Map<TenantId, number>();
  const waiting = new Map<TenantId, Waiting<TenantId>>();
  let bootBytes = deps.bootBytes;
  let isDrained = false;

  return {
    take(tenantId, wasLinked) {
      if (isDrained) boots.delete(tenantId);
      if (!boots.has(tenantId) && !isNext(tenantId, wasLinked)) return false;
      waiting.delete(tenantId);
      boots.set(tenantId, now());
      wakeNext();
      return true;
    },

    release(tenantId) {
      if (boots.delete(tenantId)) wakeNext();
    },

    leaveQueue(tenantId) {
      if (waiting.delete(tenantId)) wakeNext();
    },

    refresh(known) {
      ({ bootBytes, isDrained } = known);
      for (const [tenantId, since] of boots) if (now() - since >= deps.bootMs) boots.delete(tenantId);
      wakeNext();
    },

    view: () => ({
      atOnce: deps.maxBoots,
      underWay: [...boots].map(([tenantId, since]) => ({ tenantId, since })),
      waiting: inOrder([...waiting.values()]).map(({ id, ...rest }) => ({ tenantId: id, ...rest })),
      expectedBytes: bootBytes,
      availableBytes: availableBytes(),
      keptBytes: deps.minAvailableBytes,
      isDrained,
    }),
  };

  function isNext(tenantId: TenantId, wasLinked: boolean): boolean {
    const since = waiting.get(tenantId)?.since ?? now();
    waiting.set(tenantId, { id: tenantId, wasLinked, since });
    return isRoom() && inOrder([...waiting.values()])[0]?.id === tenantId;
  }

  function wakeNext(): void {
    const [next] = inOrder([...waiting.values()]);
    if (next !== undefined && isRoom()) deps.wake(next.id);
  }

  function isRoom(): boolean {
    if (isDrained) return false;
    const { maxBoots, minAvailableBytes } = deps;
    const available = availableBytes();
    return hasRoom({ boots: boots.size, maxBoots, minAvailableBytes, availableBytes: available, bootBytes });
  }
}

/** What can be had without swapping; more than what is free, because caches give way. */
function readAvailableBytes(): number {
  const line = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return line === null ? freemem() : Number(line[1]) * 1024;
}
