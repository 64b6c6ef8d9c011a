import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBrowser } from '@wafleet/local-stack';
import { tempDir } from '@wafleet/testing';
import { UserAgent } from './user-agent';

describe('the user agent', () => {
  let folder: Awaited<ReturnType<typeof tempDir>>;
  const path = (name: string) => join(folder.path, name);
  /** A browser of this version that notes each time it is asked. */
  const install = async (version: number, changedAt: number) => {
    const script = `#!/bin/sh\necho asked >> ${path('asked')}\necho Chromium ${version}.0.1.2\n`;
    await writeFile(path('browser'), script, { mode: 0o755 });
    await utimes(path('browser'), changedAt, changedAt);
  };
  const timesAsked = async () =>
    (await readFile(path('asked'), 'utf8').catch(() => '')).split('\n').length - 1;
  const readAnew = () => new UserAgent(path('browser'), path('kept.json')).read();

  beforeEach(async () => {
    folder = await tempDir('wafleet-user-agent-');
  });
  afterEach(() => folder.remove());

  it('is that of a desktop Chrome of the version in use', async () => {
    const { executablePath } = await findBrowser();
    const userAgent = await new UserAgent(executablePath, path('kept.json')).read();
    expect(userAgent).toMatch(/^Mozilla.* Chrome\/\d+\.0\.0\.0 Safari/);
    expect(userAgent).not.toContain('Headless');
  });

  it('is asked of the browser once, by all workers, until its program changes', async () => {
    await install(150, 1_000);
    for (const _worker of [1, 2, 3]) expect(await readAnew()).toContain('Chrome/150.0.0.0');
    expect(await timesAsked()).toBe(1);
    const running = new UserAgent(path('browser'), path('kept.json'));
    await running.read();
    await install(151, 2_000);
    expect(await running.read()).toContain('Chrome/151.0.0.0');
    expect(await readAnew()).toContain('Chrome/151.0.0.0');
    expect(await timesAsked()).toBe(2);
  });

  it.each([
    ['is spoilt', () => writeFile(path('kept.json'), '{"major":"x')],
    [
      'is of another program',
      () => writeFile(path('kept.json'), '{"major":9,"executablePath":"/x","changedAt":1}'),
    ],
    ['is gone', () => rm(path('kept.json'), { force: true })],
  ])('is asked anew where what was kept %s', async (_how, spoil) => {
    await install(150, 1_000);
    await readAnew();
    await spoil();
    expect(await readAnew()).toContain('Chrome/150.0.0.0');
    expect(await timesAsked()).toBe(2);
  });
});
