import { types } from 'pg';

const fallback = types.getTypeParser(types.builtins.TIMESTAMPTZ, 'text') as (text: string) => Date;

/**
 * What Postgres writes for a timestamptz in UTC, as `2026-11-30 20:43:11.123+00`. The driver's own parser takes three times
 * as long, which a list of fifty rows has by the hundred; what looks otherwise is left to it.
 */
export function parseInstant(text: string): Date {
  const isPlain = text.charAt(4) === '-' && text.charAt(10) === ' ' && text.endsWith('+00');
  // Of years below 100 Date.UTC makes others.
  if (!isPlain || text.startsWith('0')) return fallback(text);
  const milliseconds = text.charAt(19) === '.' ? Number(text.slice(19, -3)) * 1_000 : 0;
  return new Date(
    Date.UTC(
      digits(text, 0, 4),
      digits(text, 5, 7) - 1,
      digits(text, 8, 10),
      digits(text, 11, 13),
      digits(text, 14, 16),
      digits(text, 17, 19),
      milliseconds,
    ),
  );
}

/** The number that stands from one place up to another. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = 10 * value + text.charCodeAt(at) - 48;
  return value;
}
