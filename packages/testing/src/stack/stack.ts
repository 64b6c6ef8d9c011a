import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findBrowser } from '@wafleet/local-stack';
import { createStandin, type Standin } from '@wafleet/whatsapp-standin';
import { eventually } from '../eventually';
import { freePort } from '../free-port';
import { createTestDatabase } from '../test-database';
import { type ApiClient, asAdmin, asPortal, createApiClient } from './api-client';
import { type ServerProcess, startServerProcess } from './server-process';

const repository = resolve(__dirname, '../../../..');

export interface ControlPlane {
  readonly process: ServerProcess;
  readonly url: string;
  readonly admin: ApiClient;
}

/** Everything real on one machine: Postgres, control plane processes, worker processes, Chromium, the stand-in. */
export interface Stack {
  readonly standin: Standin;
  readonly adminKey: string;
  readonly portalKey: string;
  readonly tenantsDir: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Starts a control plane on this database, the first one or the next. */
  startControlPlane(options?: StartOptions): Promise<ControlPlane>;
  portal(controlPlane: ControlPlane, email: string): ApiClient;
  /** Ends every process and folder of this stack; throws if a process of a tenant survives. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Another one runs: this one gets an API port of its own and stands by. */
  besideAnother?: boolean;
  env?: Record<string, string>;
}

export async function startStack(
  options: { redisUrl?: string; env?: Record<string, string> } = {},
): Promise<Stack> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'wafleet-stack-'));
  chmodSync(folder, 0o755);
  const tenantsDir = join(folder, 'tenants');
  mkdirSync(tenantsDir, { mode: 0o755 });
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const workerDir = join(folder, 'worker');
  cpSync(join(repository, 'apps/worker/dist'), workerDir, { recursive: true });
  const standin = createStandin({ controlPort: 0, tlsPort: 0 });
  await standin.start();
  const browser = await findBrowser();
  const adminKey = `wfa_${randomBytes(32).toString('base64url')}`;
  const portalKey = `wfp_${randomBytes(32).toString('base64url')}`;
  const samePorts = { port: await freePort(), linkPort: await freePort() };
  // Stacks beside this one must not share users with it: a user's processes are one tenant's.
  const uidBase = 1_000_000_000 + randomInt(10_000) * 10_000;
  const started: ControlPlane[] = [];

  const startControlPlane = async (start: StartOptions = {}): Promise<ControlPlane> => {
    const port = start.besideAnother ? await freePort() : samePorts.port;
    const url = `http://127.0.0.1:${port}`;
    const server = startServerProcess({
      command: process.execPath,
      args: [join(repository, 'apps/control-plane/dist/main.js')],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        DATABASE_URL: database.url,
        ...(options.redisUrl ? { REDIS_URL: options.redisUrl } : {}),
        PORT: String(port),
        LINK_PORT: String(samePorts.linkPort),
        DATA_DIR: dataDir,
        TENANTS_DIR: tenantsDir,
        TENANT_UID_BASE: String(uidBase),
        ADMIN_KEY: adminKey,
        PORTAL_KEY: portalKey,
        WORKER_BUNDLE: join(workerDir, 'worker.cjs'),
        BROWSER_PATH: browser.executablePath,
        BROWSER_HEADLESS: browser.headless,
        BROWSER_EXTRA_ARGS: JSON.stringify(standin.browserArgs),
        ...options.env,
        ...start.env,
      },
    });
    const controlPlane = { process: server, url, admin: createApiClient(url, asAdmin(adminKey)) };
    started.push(controlPlane);
    await eventually(() => isReady(url, server, start.besideAnother === true), {
      timeoutMs: 30_000,
      what: () => `control plane ready; it printed:\n${server.output().slice(-4_000)}`,
    });
    return controlPlane;
  };

  return {
    standin,
    adminKey,
    portalKey,
    tenantsDir,
    dataDir,
    databaseUrl: database.url,
    startControlPlane,
    portal: (controlPlane, email) => createApiClient(controlPlane.url, asPortal(portalKey, email)),
    stop: async () => {
      await stopWorkers(started, startControlPlane);
      for (const { process: server } of started) if (server.isRunning()) await server.end();
      await standin.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string, server: ServerProcess, standsBy: boolean): Promise<boolean> {
  if (!server.isRunning()) throw new Error(`the control plane ended:\n${server.output().slice(-4_000)}`);
  const answer = await fetch(`${url}/${standsBy ? 'healthz' : 'readyz'}`, {
    signal: AbortSignal.timeout(2_000),
  })
    .then((response) => response.status)
    .catch(() => 0);
  return answer === 200;
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
