import { printable } from './printable';

/**
 * Columns as wide as their widest cell, two spaces between them, the last one free.
 * @param style given a cell that is padded already, so that colours don't count
 */
export function table(
  titles: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  style: (cell: string, column: number, row: number) => string = (cell) => cell,
): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell ?? '–')));
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[], index: number) =>
    row
      .map((cell, column) => {
        const padded = column === titles.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
        return index < 0 ? padded : style(padded, column, index);
      })
      .join('  ')
      .trimEnd();
  return [line(titles, -1), ...cells.map(line)].join('\n');
}

/** Names and values, one a line; what has no value is left out. */
export function facts(entries: readonly (readonly [string, string | null | undefined])[]): string {
  const present = entries.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(0, ...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
