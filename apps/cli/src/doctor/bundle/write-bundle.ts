import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Finding } from '../finding';
import type { Machine } from '../machine';
import { collectFleet } from './collect-fleet';
import { collectLogs } from './collect-logs';
import { createRedactor } from './redact';
import { findSecrets } from './secrets';

const packTimeoutMs = 60_000;

/** Settings whose value tells nothing about anybody; of all others only the name is told. */
const openSettings =
  /^(HOST|PORT|LINK_HOST|LINK_PORT|POSTGRES_PORT|WITH_REDIS|BROWSER_(HEADLESS|SANDBOX)|WORKER_DRIVER|MAX_CONCURRENT_BOOTS|SENDS_PER_MINUTE|HISTORY_DAYS|LOG_LEVEL|MEDIA_[A-Z_]+|STOP_WORKERS_ON_EXIT|SESSION_[A-Z_]+|ENABLE_[A-Z_]+|AUTO_[A-Z_]+)$/;
const ourSettings =
  /^(HOST|PORT|DATA_DIR|DATABASE_|REDIS_|WITH_REDIS|LINK_|POSTGRES_|BROWSER_|WORKER_|TENANT|MEDIA_|MAX_|SENDS_|HISTORY_|LOG_LEVEL|ADMIN_KEY|PORTAL_KEY|MASTER_KEY|ALERT|SMTP_|SUPERVISION|WEBHOOKS|WAFLEET_|STOP_|TRUSTED_|FETCH_|SESSION_|ENABLE_|AUTO_|KEY_REQUESTS)/;

/**
 * An archive for a bug report. Everything in it goes through the redactor, whatever it came from; what it holds is
 * returned, for the person to know before it is sent.
 */
export async function writeBundle(
  machine: Machine,
  findings: readonly Omit<Finding, 'fix'>[],
  path: string,
): Promise<{ path: string; files: { name: string; bytes: number }[] }> {
  const redact = createRedactor(findSecrets(machine));
  const folder = await mkdtemp(join(tmpdir(), 'wafleet-bundle-'));
  const files: { name: string; bytes: number }[] = [];
  const add = async (name: string, text: string) => {
    const clean = redact(text);
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, clean, { mode: 0o600 });
    files.push({ name, bytes: Buffer.byteLength(clean) });
  };
  try {
    await add('doctor.json', lines(findings));
    await add('machine.json', JSON.stringify(aboutMachine(machine), null, 2));
    for (const { name, text } of collectLogs(machine)) await add(name, text);
    for (const { name, text } of await collectFleet(machine)) await add(name, text);
    await promisify(execFile)('tar', ['-czf', path, '-C', folder, ...files.map(({ name }) => name)], {
      timeout: packTimeoutMs,
    });
    await chmod(path, 0o600);
    await stat(path);
    return { path, files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lines = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).join('\n');

function aboutMachine({ config, tenantsDir, isRunning, database }: Machine): unknown {
  const settings = Object.entries(config.environment).flatMap(([name, value]) =>
    ourSettings.test(name) && value ? [[name, openSettings.test(name) ? value : 'set']] : [],
  );
  return {
    at: new Date().toISOString(),
    node: process.version,
    kernel: release(),
    platform: `${process.platform} ${process.arch}`,
    isRoot: process.getuid?.() === 0,
    tenantsDir,
    isRunning,
    database: database === null ? 'unknown' : database.isEmbedded ? 'embedded' : 'own',
    settings: Object.fromEntries(settings as [string, string][]),
  };
}
