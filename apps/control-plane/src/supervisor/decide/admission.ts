/** A tenant that waits for a place to boot in. Times are Unix milliseconds. */
export interface Waiting<Id> {
  id: Id;
  /** It was linked before, so that people rely on it. */
  wasLinked: boolean;
  since: number;
}

export interface Capacity {
  /** Under way; what they will take is not taken yet. */
  boots: number;
  maxBoots: number;
  availableBytes: number;
  /** Must stay available when all of them have booted; 0: no check. */
  minAvailableBytes: number;
  /** What one of them is expected to take. */
  bootBytes: number;
}

/** Whether one more browser may be started now. */
export function hasRoom(capacity: Capacity): boolean {
  const { boots, maxBoots, availableBytes, minAvailableBytes, bootBytes } = capacity;
  if (boots >= maxBoots) return false;
  return minAvailableBytes === 0 || availableBytes - (boots + 1) * bootBytes >= minAvailableBytes;
}

/** What a boot will take, from what the workers of this fleet use: their mean, and never less than the floor. */
export function expectedBootBytes(used: readonly number[], floorBytes: number): number {
  const sum = used.reduce((total, bytes) => total + bytes, 0);
  return Math.max(floorBytes, used.length === 0 ? 0 : Math.round(sum / used.length));
}

/** Who goes first: the formerly linked before others, then who has waited longest. */
export function inOrder<Id>(waiting: readonly Waiting<Id>[]): Waiting<Id>[] {
  return [...waiting].sort((a, b) => Number(b.wasLinked) - Number(a.wasLinked) || a.since - b.since);
}
