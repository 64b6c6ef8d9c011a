import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { exitCodes } from '../src/exit-codes';
import { allVerbs } from '../src/verbs/all-verbs';

const page = readFileSync(resolve(__dirname, '../../../docs/cli.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('docs/cli.md lists every verb with its summary, and no other', () => {
  const listed = rows.filter(([, verb]) => verb?.startsWith('`')).map(([, verb, does]) => [verb, does]);
  expect(listed).toEqual(allVerbs.map(({ usage, summary }) => [`\`${usage}\``, summary]));
});

it('docs/cli.md lists every exit code', () => {
  const listed = rows
    .filter(([, code]) => /^\d+$/.test(code ?? ''))
    .map(([, code, meaning]) => [code, meaning]);
  expect(listed).toEqual(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]));
});
