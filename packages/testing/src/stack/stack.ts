import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '@wafleet/local-stack';
import { createStandin, type Standin } from '@wafleet/whatsapp-standin';
import { endAll } from '../end-all';
import { freePort } from '../free-port';
import { requireNoLeaks, type StackPlaces } from '../leaks/find-leaks';
import { controlPlaneProgram, repository } from '../repository';
import { createTestDatabase } from '../services/test-database';
import { type ApiClient, asAdmin, asPortal, createApiClient } from './api-client';
import { type ControlPlane, keepControlPlane, type KeptControlPlane, untilReady } from './control-plane';
import { startServerProcess } from './server-process';

/** Everything real on one machine: Postgres, control plane processes, worker processes, Chromium, the stand-in. */
export interface Stack extends StackPlaces {
  readonly standin: Standin;
  readonly adminKey: string;
  readonly portalKey: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Starts a control plane on this database, the first one or the next. */
  startControlPlane(options?: StartOptions): Promise<ControlPlane>;
  /** Starts one that is started again whenever it ends. */
  keepControlPlane(options?: Pick<StartOptions, 'env'>): Promise<KeptControlPlane>;
  portal(controlPlane: ControlPlane, email: string): ApiClient;
  /** Ends every process and folder of this stack; throws if anything of a tenant survives. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Another one runs: this one gets an API port of its own and stands by. */
  besideAnother?: boolean;
  env?: Record<string, string>;
}

/**
 * @param options.databaseUrl a database of the caller's own; else one is cloned on the run's Postgres
 * @param options.standinHost where the stand-in listens, if browsers are not on this machine's loopback
 */
export async function startStack(
  options: {
    databaseUrl?: string;
    redisUrl?: string;
    env?: Record<string, string>;
    standinHost?: string;
  } = {},
): Promise<Stack> {
  const database =
    options.databaseUrl === undefined
      ? await createTestDatabase()
      : { url: options.databaseUrl, drop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'wafleet-stack-'));
  chmodSync(folder, 0o755);
  const tenantsDir = join(folder, 'tenants');
  mkdirSync(tenantsDir, { mode: 0o755 });
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const workerDir = join(folder, 'worker');
  cpSync(join(repository, 'apps/worker/dist'), workerDir, { recursive: true });
  const standin = createStandin({ controlPort: 0, tlsPort: 0, host: options.standinHost ?? '127.0.0.1' });
  await standin.start();
  const browser = await findBrowser();
  const adminKey = `wfa_${randomBytes(32).toString('base64url')}`;
  const portalKey = `wfp_${randomBytes(32).toString('base64url')}`;
  const samePorts = { port: await freePort(), linkPort: await freePort() };
  // Stacks beside this one must not share users with it: a user's processes are one tenant's.
  const users = { first: 1_000_000_000 + randomInt(10_000) * 10_000, count: 10_000 };
  const places: StackPlaces = { tenantsDir, users: process.getuid?.() === 0 ? users : null };
  const started: ControlPlane[] = [];
  const kept: KeptControlPlane[] = [];

  const launchControlPlane = (port: number, env: Record<string, string> = {}): ControlPlane => {
    const url = `http://127.0.0.1:${port}`;
    const server = startServerProcess({
      command: process.execPath,
      args: [controlPlaneProgram],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        DATABASE_URL: database.url,
        ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
        PORT: String(port),
        LINK_PORT: String(samePorts.linkPort),
        DATA_DIR: dataDir,
        TENANTS_DIR: tenantsDir,
        TENANT_UID_BASE: String(users.first),
        ADMIN_KEY: adminKey,
        PORTAL_KEY: portalKey,
        WORKER_BUNDLE: join(workerDir, 'worker.cjs'),
        BROWSER_PATH: browser.executablePath,
        BROWSER_HEADLESS: browser.headless,
        SENDS_PER_MINUTE: '0',
        // A browser that stands still on its own account would be one more fault.
        SNAPSHOTS: JSON.stringify({ everyMs: 0, atStop: false, check: false }),
        BROWSER_EXTRA_ARGS: JSON.stringify(standin.browserArgs),
        ...options.env,
        ...env,
      },
    });
    const controlPlane = { process: server, url, admin: createApiClient(url, asAdmin(adminKey)) };
    started.push(controlPlane);
    return controlPlane;
  };
  const startControlPlane = async ({
    besideAnother = false,
    env,
  }: StartOptions = {}): Promise<ControlPlane> => {
    const controlPlane = launchControlPlane(besideAnother ? await freePort() : samePorts.port, env);
    await untilReady(controlPlane, { standsBy: besideAnother });
    return controlPlane;
  };

  return {
    standin,
    adminKey,
    portalKey,
    ...places,
    dataDir,
    databaseUrl: database.url,
    startControlPlane,
    keepControlPlane: async ({ env } = {}) => {
      const one = await keepControlPlane(() => launchControlPlane(samePorts.port, env));
      kept.push(one);
      return one;
    },
    portal: (controlPlane, email) => createApiClient(controlPlane.url, asPortal(portalKey, email)),
    stop: () =>
      endAll([
        ...kept.map((one) => () => one.stop()),
        () => stopWorkers(started, startControlPlane),
        ...started.map(
          ({ process: server }) =>
            () =>
              server.isRunning() && server.end(),
        ),
        () => standin.stop(),
        () => database.drop(),
        () => requireNoLeaks(places, []),
        () => rmSync(folder, { recursive: true, force: true }),
      ]),
  };
}

/** Workers outlive a control plane by design; here they are stopped through one. */
async function stopWorkers(
  started: readonly ControlPlane[],
  start: (options: StartOptions) => Promise<ControlPlane>,
): Promise<void> {
  if (started.length === 0) return;
  for (const { process: server } of started) if (server.isRunning()) await server.end('SIGKILL');
  const last = await start({ env: { STOP_WORKERS_ON_EXIT: '1' } });
  await last.process.end('SIGTERM', 30_000);
}
