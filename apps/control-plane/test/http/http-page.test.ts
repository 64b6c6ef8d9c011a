import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ErrorCode, errors, tenantEventTypes } from '@wafleet/contracts';
import { startTestApi, type TestApi } from '../test-api';

const page = readFileSync(resolve(__dirname, '../../../../docs/api.md'), 'utf8');

/** The rows of the table below a heading, without its head. */
function tableBelow(heading: string): string[][] {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  const section = after.split('\n## ')[0] as string;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('docs/api.md', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api?.stop());

  it('lists every registered route, and no other', () => {
    const registered = api.routes.map(({ method, path, status, summary, errors: own }) => [
      `${method} ${path}`,
      String(status),
      summary,
      own.join(', '),
    ]);
    expect(tableBelow('Routes')).toEqual(registered);
  });

  it('lists every code with its status and what to do', () => {
    const codes = Object.keys(errors) as ErrorCode[];
    const rows = codes.map((code) => [
      String(errors[code].status),
      code,
      errors[code].title,
      errors[code].action,
    ]);
    expect(tableBelow('Problems')).toEqual(rows);
  });

  it('lists every type of event', () => {
    const named = tableBelow('Events').flatMap(([types = '']) => types.split(', '));
    expect(named).toEqual([...tenantEventTypes]);
  });
});
