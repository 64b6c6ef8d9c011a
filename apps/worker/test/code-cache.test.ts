import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workerExit, workerNodeFlags } from '@wafleet/contracts';
import { buildWorker } from './worker-process';

describe("the worker's program as V8 made it when it was built", () => {
  let built: Awaited<ReturnType<typeof buildWorker>>;
  beforeAll(async () => {
    built = await buildWorker();
  });
  afterAll(() => built.remove());

  /** Runs it without settings, so that it ends when it has loaded. */
  const start = (flags: readonly string[]) => {
    const program = `
      process.on('exit', () => console.log(String(require(${JSON.stringify(built.bundle)}).cachedDataRejected)));
      require(${JSON.stringify(built.bundle)});`;
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program], { env: {} });
    return { status, isRefused: String(stdout).trim(), words: String(stderr) };
  };
  const ended = { status: workerExit.badSettings, words: expect.stringContaining('WORKER_SETTINGS_FILE') };

  it('is taken with the flags that workers run with', () => {
    expect(start(workerNodeFlags)).toEqual({ ...ended, isRefused: 'false' });
  });

  it('is passed over where V8 refuses it, or where it is not there', async () => {
    expect(start(['--max-semi-space-size=4'])).toEqual({ ...ended, isRefused: 'true' });
    const cache = join(dirname(built.bundle), 'worker.bundle.cache');
    expect(existsSync(cache)).toBe(true);
    await rm(cache);
    expect(start(workerNodeFlags)).toEqual({ ...ended, isRefused: 'undefined' });
  });
});
