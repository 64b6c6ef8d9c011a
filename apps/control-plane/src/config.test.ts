import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config';

const folder = mkdtempSync(join(tmpdir(), 'wafleet-config-'));
const bundle = join(folder, 'worker.cjs');
writeFileSync(bundle, '');

afterAll(() => rmSync(folder, { recursive: true }));

const minimal = {
  DATABASE_URL: 'postgresql://localhost/wafleet',
  BROWSER_PATH: '/usr/bin/browser',
  WORKER_BUNDLE: bundle,
};

describe('loadConfig', () => {
  it('needs a database, a browser and a worker, and nothing else', () => {
    expect(loadConfig(minimal)).toMatchObject({
      http: { host: '127.0.0.1', port: 7300 },
      link: { host: '127.0.0.1', port: 7301 },
      worker: {
        settings: { deadlines: { probeIntervalMs: 5_000 }, browser: { headless: 'shell', sandbox: true } },
      },
      supervision: { hungMs: 30_000, restart: { firstMs: 1_000 } },
      stopWorkersOnExit: false,
    });
  });

  it('merges parts of the deadlines into the defaults', () => {
    const config = loadConfig({ ...minimal, WORKER_DEADLINES: '{"deadlines":{"probeIntervalMs":100}}' });
    expect(config.worker.settings.deadlines).toMatchObject({ probeIntervalMs: 100, probeTimeoutMs: 4_000 });
  });

  it('reads a secret from the file that is named for it', () => {
    const file = join(folder, 'key');
    writeFileSync(file, `wfa_${'k'.repeat(43)}\n`);
    expect(loadConfig({ ...minimal, ADMIN_KEY_FILE: file }).secrets.adminKey).toBe(`wfa_${'k'.repeat(43)}`);
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: 'mysql://secret-host/x' }],
    ['DATABASE_URL', { DATABASE_URL: '' }],
    ['BROWSER_PATH', { BROWSER_PATH: '' }],
    ['PORT', { PORT: 'secret' }],
    ['LINK_PORT', { PORT: '7300', LINK_PORT: '7300' }],
    ['ADMIN_KEY', { ADMIN_KEY: 'secret' }],
    ['ADMIN_KEY_FILE', { ADMIN_KEY_FILE: '/nonexistent/secret-file' }],
    ['PORTAL_KEY_FILE', { PORTAL_KEY: `secret${'k'.repeat(40)}`, PORTAL_KEY_FILE: bundle }],
    ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_URL: 'ftp://secret-host/x' }],
    ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_URL: 'https://me:secret@host/' }],
    ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_URL: 'https://secret-host/x' }],
    ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_SECRET: 'secret' }],
    ['SMTP_URL', { SMTP_URL: 'http://secret-host' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://me:secret@host?logger=true' }],
    ['SMTP_URL', { ALERT_EMAIL_TO: 'secret@example.com' }],
    ['ALERT_EMAIL_TO', { ALERT_EMAIL_TO: 'a@example.com, secret' }],
    ['ALERTING', { ALERTING: '{"holdMs":"secret"}' }],
    ['WORKER_BUNDLE', { WORKER_BUNDLE: '/nonexistent/secret.cjs' }],
    ['WORKER_DEADLINES', { WORKER_DEADLINES: '{secret' }],
    ['BROWSER_EXTRA_ARGS', { BROWSER_EXTRA_ARGS: '"secret"' }],
    ['WORKER_DRIVER', { WORKER_DRIVER: 'secret' }],
  ])('names %s when it is wrong, and never shows a value', (setting, wrong) => {
    const load = () => loadConfig({ ...minimal, ...wrong });
    expect(load).toThrow(setting);
    expect(load).not.toThrow(/secret/);
  });
});
