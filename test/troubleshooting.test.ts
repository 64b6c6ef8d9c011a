import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const repository = resolve(__dirname, '..');
const page = readFileSync(join(repository, 'docs/troubleshooting.md'), 'utf8');

const range = (letter: string, to: number) =>
  Array.from({ length: to }, (_, index) => `${letter}${index + 1}`);
/** What people of other systems had to repair by hand. */
const symptoms = [...range('A', 12), ...range('B', 6), ...range('C', 6), ...range('D', 8), ...range('E', 8)];

const rows = page
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ id: /^\w+/.exec(text)?.[0] ?? '', text: text.split(/^## /m, 1)[0] as string }));
const proofOf = (text: string) => (/^- Proof: ([^]*)$/m.exec(text)?.[1] ?? '').trim();
const drills = [...page.matchAll(/^\| .+ \| (`.+) +\|$/gm)].map(([, proof]) => (proof as string).trim());
const proofs = [...rows.map(({ text }) => proofOf(text)), ...drills]
  .flatMap((proof) => proof.split('<br>'))
  .filter((proof) => !proof.startsWith('none'));
/** Verbs as docs/cli.md has them, which a test of the command line holds to the program. */
const verbs = [
  ...readFileSync(join(repository, 'docs/cli.md'), 'utf8').matchAll(/^\| `([a-z][a-z -]*)/gm),
].map(([, usage]) => (usage as string).trim());

describe('docs/troubleshooting.md', () => {
  it('has every symptom once', () => {
    expect(rows.map(({ id }) => id).sort()).toEqual([...symptoms].sort());
  });

  it('has a drill for each of what can befall a login', () => {
    expect(drills.length).toBeGreaterThanOrEqual(10);
  });

  it.each(rows)('says of $id what happens by itself, what to run, and what proves it', ({ text }) => {
    expect(text).toMatch(/^- By itself: .+/m);
    expect(text).toMatch(/^- Run\b.*: .+/m);
    expect(proofOf(text)).not.toBe('');
  });

  it.each([...new Set(proofs)])('names a test that exists: %s', (proof) => {
    const [, file = '', title = ''] = /^`([^`]+)` › (.+)$/.exec(proof) ?? [];
    expect(existsSync(join(repository, file))).toBe(true);
    const sources = [file, ...tables].map((one) => readFileSync(join(repository, one), 'utf8')).join('\n');
    expect(sources).toContain(title);
  });

  it('names no command that does not exist', () => {
    const named = [...page.matchAll(/`(?:npx )?wafleet ([a-z][a-z-]*(?: [a-z]+\b)?)/g)].map(
      ([, words]) => words as string,
    );
    expect(named.length).toBeGreaterThan(40);
    const exists = (words: string) => verbs.includes(words) || verbs.includes(words.split(' ')[0] as string);
    expect(named.filter((words) => !exists(words))).toEqual([]);
  });
});

/** Where suites of faults have their titles from. */
const tables = ['packages/testing/src/faults/fault-table.ts', 'packages/testing/src/fleet/fleet-faults.ts'];
