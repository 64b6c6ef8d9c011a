import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findBrowser } from '@wafleet/local-stack';
import { startTestApi, type TestApi } from './test-api';

describe('the page at /docs', () => {
  let api: TestApi;
  let profile: string;

  beforeAll(async () => {
    api = await startTestApi();
    profile = await mkdtemp(join(tmpdir(), 'wafleet-docs-'));
  });
  afterAll(async () => {
    await api?.stop();
    await rm(profile, { recursive: true, force: true });
  });

  it('shows the operations in a browser, with nothing from elsewhere', async () => {
    const browser = await findBrowser();
    // Of the page itself nothing is tested, so that its sandbox may be off, which root needs.
    const flags = [
      '--headless',
      '--no-sandbox',
      `--user-data-dir=${profile}`,
      '--virtual-time-budget=20000',
      '--enable-logging=stderr',
    ];
    const elsewhere = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
    const { stdout: shown, stderr: said } = await promisify(execFile)(
      browser.executablePath,
      [...flags, elsewhere, '--dump-dom', `${api.url}/docs`],
      { timeout: 50_000, maxBuffer: 50_000_000 },
    );
    expect(shown).toContain('Take a message, or what is said of one, for sending');
    expect(said).not.toMatch(/Content Security Policy|ERR_NAME_NOT_RESOLVED/);
  }, 120_000);

  it('gives its own parts and no others', async () => {
    const anyone = api.anyone({});
    for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js', 'begin.js']) {
      expect((await anyone('GET', `/docs/${asset}`)).status).toBe(200);
    }
    for (const other of ['package.json', '..%2fpackage.json', 'constructor']) {
      expect((await anyone('GET', `/docs/${other}`)).status).toBe(404);
    }
  });
});
