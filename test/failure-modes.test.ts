import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faults, fleetFaults } from '@wafleet/testing';

const repository = resolve(__dirname, '..');
const page = readFileSync(join(repository, 'docs/failure-modes.md'), 'utf8');

const range = (letter: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`);

/** What the product promises to heal, or to say. */
const promised = [
  ...['A1', 'A2', 'A4', 'A5', 'A6', 'A10', 'C1', 'D2', 'D3', 'D6', 'E1', 'E2', 'E5', 'E6', 'E7'],
  ...range('B', 1, 6),
  ...range('5.', 1, 13),
  ...range('6.', 1, 21),
];

/** Suites that take their tests from a table of faults. */
const faultSuites: Record<string, Record<string, { title: string }>> = {
  'test/faults/one-tenant.test.ts': faults,
  'test/faults/fleet.test.ts': fleetFaults,
};

/** The rows of all tables, without their headings. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (id|-)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
const proven = rows.filter((cells) => cells.length === 7);
const proofs = proven.flatMap((cells) => (cells[6] as string).split('<br>'));

describe('docs/failure-modes.md', () => {
  it('has a row for every failure that is promised', () => {
    const named = new Set(rows.flatMap(([ids = '']) => ids.split(', ')));
    expect(promised.filter((id) => !named.has(id))).toEqual([]);
  });

  it('says each thing once', () => {
    const said = proven.map((cells) => cells.slice(0, 2).join(' | '));
    expect(said.filter((one, place) => said.indexOf(one) !== place)).toEqual([]);
  });

  it('calls nothing unproven that it also proves', () => {
    const proves = new Set(proven.flatMap(([ids = '']) => ids.split(', ')));
    const open = rows.filter((cells) => cells.length === 2).map(([id]) => id as string);
    expect(open.filter((id) => proves.has(id))).toEqual([]);
  });

  it.each([...new Set(proofs)])('names a test that exists: %s', (proof) => {
    const [, file, title] = /^`([^`]+)` › (.+)$/.exec(proof) ?? [];
    expect(file && existsSync(join(repository, file))).toBe(true);
    expect(titlesIn(file as string)).toContain(title);
  });

  it.each(Object.entries(faultSuites))('names every fault of %s', (file, table) => {
    const named = proofs.filter((proof) => proof.includes(file)).map((proof) => proof.split(' › ')[1]);
    expect(named).toEqual(expect.arrayContaining(Object.values(table).map(({ title }) => title)));
  });
});

/** The titles of a test file, as they stand in it, and those that it takes from a table of faults. */
function titlesIn(file: string): string[] {
  const source = readFileSync(join(repository, file), 'utf8');
  const own = [...source.matchAll(/\bit(?:AsRoot)?(?:\.each[^]*?\))?\(\s*(['"`])(.*?)\1,/g)];
  const taken = Object.values(faultSuites[file] ?? {}).map(({ title }) => title);
  return [...own.map((match) => match[2] as string), ...taken];
}
