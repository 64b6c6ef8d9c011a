/** One live worker as the link server sees it. */
export interface Hearing {
  /** How long nothing was heard of it, in milliseconds. */
  silentMs: number;
}

/** So few can be silent together by chance. */
const fewest = 5;

/**
 * False when more than a fifth of the fleet has fallen silent together: then the fault is rather ours, and killing
 * would make an outage of it.
 */
export function mayKillSilent(fleet: readonly Hearing[], hungMs: number): boolean {
  const silent = fleet.filter((worker) => worker.silentMs >= hungMs).length;
  return silent < fewest || silent * 5 <= fleet.length;
}
