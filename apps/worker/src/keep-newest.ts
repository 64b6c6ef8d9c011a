/** Adds to a list that holds the newest few. */
export function keepNewest<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item);
  if (list.length > limit) list.shift();
}
