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

  it('shows what it is set to, and no secret', () => {
    const url = 'postgresql://wafleet:confidential@localhost/wafleet';
    const { shown } = loadConfig({
      ...minimal,
      DATABASE_URL: url,
      HISTORY_DAYS: '3',
      METRICS_TOKEN: 'm'.repeat(20),
    });
    const of = (name: string) => shown.find((setting) => setting.name === name);
    expect(of('DATABASE_URL')).toEqual({ name: 'DATABASE_URL', value: null, isSet: true, isSecret: true });
    expect(of('REDIS_URL')).toMatchObject({ isSet: false, isSecret: true });
    expect(of('HISTORY_DAYS')).toEqual({ name: 'HISTORY_DAYS', value: '3', isSet: true, isSecret: false });
    expect(of('PORT')).toMatchObject({ value: '7300', isSet: false });
    expect(of('MEDIA_DOWNLOADS')?.value).toMatch(/^\{/);
    expect(JSON.stringify(shown)).not.toMatch(/confidential|mmmm/);
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

  it('counts errors of a page by the settings that other systems had for it', () => {
    const of = (env: Record<string, string>) => {
      const { worker, errorCare } = loadConfig({ ...minimal, ...env });
      return [worker.settings.errors?.threshold, errorCare.isOn];
    };
    expect(of({})).toEqual([10, false]);
    expect(of({ SESSION_ERROR_THRESHOLD: '3', AUTO_CLEANUP_ON_ERROR: '1' })).toEqual([3, true]);
    expect(of({ ENABLE_ERROR_MONITORING: '0', AUTO_CLEANUP_ON_ERROR: '1' })).toEqual([0, false]);
  });

  it('takes a bucket for snapshots whole, or a folder, and not both', () => {
    const bucket = { SNAPSHOTS_S3_URL: 'https://s3.example.com/bucket', SNAPSHOTS_S3_KEY_ID: 'id' };
    const secret = join(folder, 's3-secret');
    writeFileSync(secret, 'of the bucket\n');
    const whole = { ...minimal, ...bucket, SNAPSHOTS_S3_SECRET_FILE: secret };
    expect(loadConfig(whole).snapshots.bucket).toEqual({
      url: bucket.SNAPSHOTS_S3_URL,
      region: 'auto',
      keyId: 'id',
      secret: 'of the bucket',
    });
    expect(loadConfig(minimal).snapshots.bucket).toBeNull();
    expect(() => loadConfig({ ...whole, SNAPSHOTS_DIR: '/snapshots' })).toThrow(/set one of them/);
  });

  it.each([
    ['SNAPSHOTS_S3_URL', { SNAPSHOTS_S3_URL: 'https://secret.example.com' }],
    [
      'SNAPSHOTS_S3_SECRET',
      { SNAPSHOTS_S3_URL: 'https://secret.example.com/bucket', SNAPSHOTS_S3_KEY_ID: 'secret' },
    ],
    ['SESSION_ERROR_THRESHOLD', { SESSION_ERROR_THRESHOLD: 'secret' }],
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
