/** What happens again within this time after it was last seen is the same trouble, also when it had healed. */
const repeatMs = 10 * 60 * 1_000;

/** Whether what happens now belongs to an incident of the same reason. Times are Unix milliseconds. */
export function isSameTrouble(known: { lastSeenAt: number; isOpen: boolean }, at: number): boolean {
  return known.isOpen || at - known.lastSeenAt < repeatMs;
}
