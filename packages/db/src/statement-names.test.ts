import { expect, it } from '@jest/globals';
import { createStatementNames } from './statement-names';

it('gives the same text the same name, and another text another one', () => {
  const nameOf = createStatementNames();
  const [one, other] = [nameOf({ sql: 'SELECT 1' }), nameOf({ sql: 'SELECT 2' })];
  expect(one).not.toBe(other);
  expect(nameOf({ sql: 'SELECT 1' })).toBe(one);
});

it('names no more than a connection should keep', () => {
  const nameOf = createStatementNames();
  const names = Array.from({ length: 2_000 }, (_, index) => nameOf({ sql: `SELECT ${index}` }));
  expect(names[0]).not.toBe('');
  expect(new Set(names).size).toBeLessThanOrEqual(501);
  expect(names.at(-1)).toBe('');
});
