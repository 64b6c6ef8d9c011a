/** A tenant that waits for a place to boot in. Times are Unix milliseconds. */
export interface Waiting<Id> {
  id: Id;
  /** It was linked before, so that people rely on it. */
  wasLinked: boolean;
  since: number;
}

export interface Capacity {
  boots: number;
  maxBoots: number;
  availableBytes: number;
  minAvailableBytes: number;
}

/** Whether one more browser may be started now. */
export function hasRoom({ boots, maxBoots, availableBytes, minAvailableBytes }: Capacity): boolean {
  return boots < maxBoots && availableBytes >= minAvailableBytes;
}

/** Who goes first: the formerly linked before others, then who has waited longest. */
export function inOrder<Id>(waiting: readonly Waiting<Id>[]): Waiting<Id>[] {
  return [...waiting].sort((a, b) => Number(b.wasLinked) - Number(a.wasLinked) || a.since - b.since);
}
