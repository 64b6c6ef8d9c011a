import { AppError } from '@wafleet/contracts';

/**
 * The place in a list where the next page begins, opaque to callers.
 * @param list names the list, so that a cursor of another one is refused
 */
export function encodeCursor(list: string, place: string): string {
  return Buffer.from(`${list}:${place}`).toString('base64url');
}

/** @throws AppError INVALID_INPUT naming `cursor` */
export function decodeCursor(list: string, pattern: RegExp, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const place = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  if (!pattern.test(place)) {
    const message = 'is not a cursor of this list; take nextCursor of the page before';
    throw new AppError('INVALID_INPUT', { fields: [{ field: 'cursor', message }] });
  }
  return place;
}

/**
 * A page of a list.
 * @param rows in the order of the list from where the page begins, one more than it holds where there are more
 * @param placeOf where a row stands in the list
 */
export function pageFrom<Row>(
  list: string,
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? encodeCursor(list, placeOf(last)) : null };
}
