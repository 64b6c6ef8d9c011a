/** Reading what the page says: a value of the wrong shape counts as absent, and no text is longer than asked for. */

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A text that Postgres can hold: no NUL, no half of a surrogate pair; cut at `maxLength` UTF-16 units. */
export function storableText(value: unknown, maxLength: number): string | null {
  const given = text(value);
  return given && text(given.slice(0, maxLength).replaceAll('\0', '').replace(loneSurrogate, '\ufffd'));
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A number that may come as its text. */
export function finiteOrText(value: unknown): number | null {
  const given = text(value);
  return given === null ? finite(value) : finite(Number(given));
}

export function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

export function list(value: unknown, maxItems: number): unknown[] {
  return Array.isArray(value) ? value.slice(0, maxItems) : [];
}

/**
 * Canonical text of a WhatsApp id: no device part, and the old server name of people. Groups and privacy ids stay as
 * they are.
 */
export function widText(value: unknown): string | null {
  const wid = record(value);
  const user = text(wid?.['user']);
  const server = text(wid?.['server']);
  const whole =
    text(value) ??
    text(wid?.['_serialized']) ??
    text(wid?.['$1']) ??
    (user && server ? `${user}@${server}` : null);
  const match = whole && /^([^@:]+)(?::\d+)?@(.+)$/.exec(whole);
  if (!match) return null;
  return `${match[1]}@${match[2] === 's.whatsapp.net' ? 'c.us' : match[2]}`;
}

/** Canonical ids of a list, each once; those that can't be read or are too long are left out. */
export function widTexts(value: unknown, maxItems: number): string[] {
  const all = list(value, maxItems).map(widText);
  return [...new Set(all.filter((wid) => wid !== null && wid.length <= 256))] as string[];
}
