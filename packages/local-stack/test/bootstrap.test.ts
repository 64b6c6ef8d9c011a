import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const bootstrap = resolve(__dirname, '../bootstrap.mjs');

describe('bootstrap', () => {
  it('names its commands when it is given none of them', async () => {
    await expect(promisify(execFile)(process.execPath, [bootstrap, 'nonsense'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Say one of start, demo, setup, test, bench, check.'),
    });
  });
});
