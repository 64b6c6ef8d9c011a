import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from '../test-api';

const file = resolve(__dirname, '../../../../packages/client/src/generated/openapi.ts');

const generator = join(dirname(require.resolve('openapi-typescript')), '../bin/cli.js');
const run = promisify(execFile);
const limits = { maxBuffer: 50_000_000, timeout: 50_000 };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.stop());

it('the types of packages/client are those of the document that is served', async () => {
  // A process of its own: the package can't be loaded here.
  const { stdout: types } = await run(process.execPath, [generator, `${api.url}/openapi.json`], limits);
  // UPDATE_CLIENT=1 writes what the next run compares with.
  if (process.env['UPDATE_CLIENT'] === '1') await writeFile(file, types);
  expect(await readFile(file, 'utf8')).toBe(types);
});
