import { expect, it } from '@jest/globals';
import { types } from 'pg';
import { parseInstant } from './instant';

const byDriver = types.getTypeParser(types.builtins.TIMESTAMPTZ, 'text') as (text: string) => unknown;

it.each([
  '2026-11-30 20:43:11.123+00',
  '2026-11-30 20:43:11+00',
  '2024-02-29 00:00:00.5+00',
  '1999-12-31 23:59:59.999999+00',
  '0099-01-02 03:04:05+00',
  '2026-11-30 20:43:11.123+05:30',
  '2026-11-30 20:43:11-08',
  '12026-11-30 20:43:11+00',
  '0044-03-15 12:00:00+00 BC',
  'infinity',
])('%s is the moment that the driver takes it for', (text) => {
  expect(parseInstant(text)).toEqual(byDriver(text));
});
