/**
 * Text that others wrote, for a terminal: what would move its cursor, colour it or turn its direction is left out.
 * Line breaks become spaces.
 */
export function printable(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
  );
}
