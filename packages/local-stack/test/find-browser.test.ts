import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir, type TempDir } from '@wafleet/testing';
import { findBrowser } from '../src';

let folder: TempDir;
const environment = { ...process.env };

beforeEach(async () => {
  folder = await tempDir();
});

afterEach(async () => {
  process.env = { ...environment };
  await folder.remove();
});

async function script(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

describe('findBrowser', () => {
  it('gives a browser that starts here, and knows it without a start the second time', async () => {
    const browser = await findBrowser();
    expect(browser).toMatchObject({ version: expect.stringMatching(/^\d+\./), sandbox: expect.any(Boolean) });
    const since = performance.now();
    expect(await findBrowser()).toEqual(browser);
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('passes over an installed browser that does not start', async () => {
    const broken = await script(
      'chromium',
      'echo "libnss3.so: cannot open shared object file" >&2; exit 127',
    );
    const found = await findBrowser();
    const browser = await findBrowser({ installedPaths: [broken, found.executablePath] });
    expect(browser.executablePath).toBe(found.executablePath);
  });

  it('tells a browser that needs to run without its sandbox', async () => {
    const path = await script(
      'chromium-headless-shell',
      'case "$*" in *--version*) echo "Chromium 1.2.3";; *--no-sandbox*) ;; *) exit 1;; esac',
    );
    expect(await findBrowser({ configuredPath: path })).toEqual({
      executablePath: path,
      headless: 'shell',
      version: '1.2.3',
      sandbox: false,
    });
  });

  it('says what is wrong with the one configured', async () => {
    await expect(findBrowser({ configuredPath: '/nowhere/chromium' })).rejects.toThrow(
      'BROWSER_PATH names /nowhere/chromium, which does not exist.',
    );
    const broken = await script('chromium', 'echo "no such library" >&2; exit 127');
    await expect(findBrowser({ configuredPath: broken })).rejects.toThrow(
      /does not start: .*no such library/,
    );
  });

  it('says what to do where there is none and none can be fetched', async () => {
    process.env.XDG_CACHE_HOME = folder.path;
    process.env.PATH = folder.path;
    await expect(findBrowser({ installedPaths: [], fetchedPath: null })).rejects.toThrow(
      'No browser is installed; one could not be fetched: this system has no apt-get. Install chromium-headless-shell (or Chromium, or Chrome), or set BROWSER_PATH.',
    );
  });
});
