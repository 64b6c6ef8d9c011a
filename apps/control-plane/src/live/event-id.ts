/**
 * Ids of live events: `<epoch>-<seq>`. The epoch names the database they come from; after a restore from a backup,
 * numbers start again and old ids must not be mistaken for new ones.
 */
export function formatEventId(epoch: string, seq: bigint): string {
  return `${epoch}-${seq}`;
}

/** The number of an id of this epoch, or null for any other text. */
export function seqOfEventId(epoch: string, id: string): bigint | null {
  const digits = id.startsWith(`${epoch}-`) ? id.slice(epoch.length + 1) : '';
  return /^\d{1,18}$/.test(digits) ? BigInt(digits) : null;
}
