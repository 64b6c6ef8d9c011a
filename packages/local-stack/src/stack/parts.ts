import { join } from 'node:path';
import { migrate, MigrationError } from '@wafleet/db';
import type { Browser } from '../browser/check-browser';
import { findBrowser } from '../browser/find-browser';
import { startPostgres } from '../postgres/embedded-postgres';
import { requireFreePort } from '../processes/ports';
import { findRedis } from '../redis/find-redis';
import { startRedis } from '../redis/start-redis';
import { repository } from '../repository';
import { StackError } from '../stack-error';
import type { Access } from './access';
import type { Launch } from './local-stack';
import { type RunningStandin, startStandin } from './standin';
import { startWeb } from './web';

const migrationsDir = join(repository, 'prisma/migrations');

/** The database configured, or one of our own; migrated. @throws StackError that names DATABASE_URL or the migration */
export async function startDatabase(launch: Launch): Promise<string> {
  const configured = launch.config.DATABASE_URL;
  const url = configured ?? (await startOwnPostgres(launch));
  const { applied } = await migrate(url, migrationsDir).catch((cause: unknown) => {
    if (cause instanceof MigrationError) throw new StackError(cause.message, { cause });
    throw configured === undefined ? cause : unusable(cause);
  });
  if (applied.length > 0) launch.progress.step(`Database migrated: ${applied.join(', ')}`);
  return url;
}

/** Never with the address itself: it may hold a password. */
function unusable(cause: unknown): StackError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
  const why = databaseTroubles[code] ?? code;
  return new StackError(
    `DATABASE_URL names a database that can't be used: ${why}. Correct it, or leave it away for the embedded Postgres.`,
    { cause },
  );
}

const databaseTroubles: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'its host is not known (ENOTFOUND)',
  '28P01': 'the server refuses this user or password (28P01)',
  '28000': 'the server refuses this user (28000)',
  '42501': 'this user may not make the database or its tables (42501)',
};

async function startOwnPostgres({ config, places, progress, keep }: Launch): Promise<string> {
  const postgres = await keep('Postgres', 'SIGINT', () =>
    startPostgres({
      clusterDir: places.clusterDir,
      passwordFile: join(places.dataDir, 'postgres-password'),
      logFile: join(places.logsDir, 'postgres.log'),
      port: config.POSTGRES_PORT,
    }),
  );
  progress.step(
    `Postgres is ready on port ${config.POSTGRES_PORT}${postgres.reclaimed ? ' (one of an earlier run was ended first)' : ''}`,
  );
  return postgres.url;
}

/** The Redis configured or wanted; undefined leaves the queues to Postgres. */
export async function startQueueServer({
  config,
  places,
  progress,
  keep,
}: Launch): Promise<string | undefined> {
  if (config.REDIS_URL || !config.WITH_REDIS) return config.REDIS_URL;
  const server = await findRedis();
  if (!server) {
    throw new StackError(
      'WITH_REDIS is set, but no Redis is installed and none can be fetched; install redis-server or valkey-server, or set REDIS_URL.',
    );
  }
  const redis = await keep('Redis', 'SIGTERM', () =>
    startRedis(server, {
      dir: join(places.dataDir, 'redis'),
      port: config.REDIS_PORT,
      logFile: join(places.logsDir, 'redis.log'),
    }),
  );
  progress.step(`Redis is ready on port ${config.REDIS_PORT}`);
  return redis.url;
}

export async function startSimulation({ config, places, progress, keep }: Launch): Promise<RunningStandin> {
  await requireFreePort(config.STANDIN_PORT, 'STANDIN_PORT');
  await requireFreePort(config.STANDIN_TLS_PORT, 'STANDIN_TLS_PORT');
  const standin = await keep('stand-in', 'SIGTERM', () =>
    startStandin({
      stateFile: join(places.dataDir, 'standin/state.json'),
      port: config.STANDIN_PORT,
      tlsPort: config.STANDIN_TLS_PORT,
      logFile: join(places.logsDir, 'standin.log'),
    }),
  );
  progress.step('Stand-in for WhatsApp is ready');
  return standin;
}

/** Beside the control plane, which it asks only when somebody looks at a page. */
export async function startWebApp({ config, places, progress, keep }: Launch, access: Access): Promise<void> {
  await keep('web app', 'SIGTERM', () =>
    startWeb({
      host: config.HOST,
      port: config.WEB_PORT,
      controlPlaneUrl: access.controlPlaneUrl,
      portalKey: access.portalKey,
      logFile: join(places.logsDir, 'web.log'),
    }),
  );
  progress.step('Web app is ready');
}

export async function findBrowserFor({ config, progress }: Launch): Promise<Browser> {
  const browser = await findBrowser({
    configuredPath: config.BROWSER_PATH,
    onProgress: (text) => progress.step(text),
  });
  const kind = browser.headless === 'shell' ? 'Chromium headless shell' : 'Chromium';
  const without = browser.sandbox ? '' : ', without its sandbox: this system allows no user namespaces';
  progress.step(`Browser: ${kind} ${browser.version}${without}`);
  return browser;
}
