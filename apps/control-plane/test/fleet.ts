import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { TenantId, TenantStatusView } from '@wafleet/contracts';
import { createDatabase, type Database } from '@wafleet/db';
import { reachableCopy } from '@wafleet/local-stack';
import { createLogger } from '@wafleet/runtime';
import {
  asAdmin,
  createApiClient,
  createTestDatabase,
  eventually,
  freePort,
  killIfThere,
  tempDir,
  type ApiClient,
} from '@wafleet/testing';
import { startApp, type App } from '../src/app';
import { loadConfig } from '../src/config';
import { findTenantProcesses } from '../src/drivers/process/process-tree';
import { readRecord } from '../src/drivers/process/worker-record';

/** Programs in fakes/workers, named by how they behave. */
export type WorkerProgram =
  | 'steady'
  | 'stubborn'
  | 'crashing'
  | 'mute'
  | 'poisonous'
  | 'old'
  | 'trying'
  | 'hoarding'
  | 'greedy'
  | 'unscanned'
  | 'stuck'
  | 'opened-elsewhere';

/** A database, folders, and control planes on them whose workers are real processes without a browser. */
export interface Fleet {
  db: Database;
  dataDir: string;
  tenantsDir: string;
  /** The environment of a control plane of this fleet. */
  environment(overrides?: Record<string, string>): Promise<Record<string, string>>;
  /** A control plane in this process. */
  start(overrides?: Record<string, string>): Promise<RunningApp>;
  program(name: WorkerProgram): string;
  status(api: ApiClient, tenantId: TenantId): Promise<TenantStatusView>;
  /** Waits for a status, or for what else is asked of the view. */
  until(
    api: ApiClient,
    tenantId: TenantId,
    wanted: string | ((view: TenantStatusView) => boolean),
  ): Promise<TenantStatusView>;
  workerPid(tenantId: TenantId): number;
  processesOf(tenantId: TenantId): number[];
  /** While no control plane runs: forgets every tenant. */
  clear(): Promise<void>;
  /** Ends every control plane and every process that was started, and drops the database. */
  stop(): Promise<void>;
}

export interface RunningApp {
  app: App;
  api: ApiClient;
  logLines: string[];
  createTenant(): Promise<TenantId>;
  /** Leaves the workers to the next one. */
  stop(): Promise<void>;
}

/**
 * Short periods, so that what takes minutes in a fleet takes seconds here; long enough that no worker is taken for hung
 * because the machine is busy.
 */
export const supervision = {
  sweepMs: 200,
  stopMs: 1_000,
  hungMs: 10_000,
  linklessMs: 20_000,
  farewellMs: 2_000,
  minAvailableBytes: 0,
  memory: { recycleEveryMs: 1_000, quietMs: 500 },
  restart: { firstMs: 50, maxMs: 500, loopMs: 60_000, machineMs: 300 },
};
/** For those whose workers do hang. */
export const soonHungMs = 2_500;
export const soonHung = {
  SUPERVISION: JSON.stringify({ ...supervision, hungMs: soonHungMs, linklessMs: 4_000 }),
};
export const workerDeadlines = { deadlines: { probeIntervalMs: 800, probeTimeoutMs: 800 } };

export const patienceMs = 60_000;

/** @param options.disk where data and tenants' folders lie; a folder of its own when absent */
export async function createFleet(options: { disk?: string } = {}): Promise<Fleet> {
  const database = await createTestDatabase();
  const folder = await tempDir('wafleet-fleet-');
  const db = createDatabase({ url: database.url, maxConnections: 3 });
  const programs = await copyPrograms(join(folder.path, 'programs'));
  const node = await reachableNode();
  const disk = options.disk ?? folder.path;
  const dataDir = join(disk, 'data');
  const tenantsDir = join(disk, 'tenants');
  const adminKey = `wfa_${randomBytes(32).toString('base64url')}`;
  const running = new Set<RunningApp>();
  let linkPort: number | null = null;

  const fleet: Fleet = {
    db,
    dataDir,
    tenantsDir,
    program: (name) => join(programs, `${name}-worker.cjs`),

    async environment(overrides = {}) {
      linkPort ??= await freePort();
      return {
        DATABASE_URL: database.url,
        PORT: '0',
        LINK_PORT: String(linkPort),
        DATA_DIR: dataDir,
        TENANTS_DIR: tenantsDir,
        ADMIN_KEY: adminKey,
        BROWSER_PATH: '/nonexistent',
        WORKER_NODE: node,
        WORKER_BUNDLE: fleet.program('steady'),
        WORKER_DEADLINES: JSON.stringify(workerDeadlines),
        SUPERVISION: JSON.stringify(supervision),
        SNAPSHOTS: JSON.stringify({ everyMs: 0, atStop: false, check: false }),
        ...overrides,
      };
    },

    async start(overrides) {
      const logLines: string[] = [];
      const destination = {
        write: (line: string) => void logLines.push(line),
      };
      const log = createLogger({ name: 'test', level: 'debug', destination });
      const app = await startApp(loadConfig(await fleet.environment(overrides)), log, destination);
      const api = createApiClient(app.url, asAdmin(adminKey));
      const started: RunningApp = {
        app,
        api,
        logLines,
        async createTenant() {
          const { id } = (await api.post('/admin/tenants', { name: 'Shop' })) as { id: TenantId };
          return id;
        },
        async stop() {
          if (running.delete(started)) await app.stop({ stopWorkers: false });
        },
      };
      running.add(started);
      return started;
    },

    status: (api, tenantId) => api.get(`/admin/tenants/${tenantId}/status`) as Promise<TenantStatusView>,

    until: (api, tenantId, wanted) =>
      eventually(
        async () => {
          const view = await fleet.status(api, tenantId);
          return (typeof wanted === 'string' ? view.status === wanted : wanted(view)) ? view : null;
        },
        {
          timeoutMs: patienceMs,
          what: async () => `${String(wanted)}; it is ${JSON.stringify(await fleet.status(api, tenantId))}`,
        },
      ),

    workerPid(tenantId) {
      const record = readRecord(join(tenantsDir, tenantId, 'run/worker.pid.json'));
      if (record === null) throw new Error('no worker was ever started');
      return record.pid;
    },

    processesOf: (tenantId) => findTenantProcesses(tenantsDir, tenantId),

    async clear() {
      await killLeftProcesses(tenantsDir);
      await db.tenant.deleteMany();
    },

    async stop() {
      for (const started of running) await started.app.stop({ stopWorkers: true });
      running.clear();
      await killLeftProcesses(tenantsDir);
      await db.$disconnect();
      await folder.remove();
      await database.drop();
    },
  };
  return fleet;
}

/** Node at a path that the tenants' users can reach. */
export const reachableNode = () => reachableCopy(process.execPath, `node-${process.version}`);

/** A copy that the tenants' users can reach, with the one library that the programs need. */
export async function copyPrograms(target: string): Promise<string> {
  const library = dirname(require.resolve('ws/package.json'));
  await mkdir(join(target, 'node_modules'), { recursive: true });
  await cp(resolve(__dirname, 'fakes/workers'), target, { recursive: true });
  await cp(library, join(target, 'node_modules/ws'), { recursive: true, dereference: true });
  return target;
}

async function killLeftProcesses(tenantsDir: string): Promise<void> {
  for (const name of await readdir(tenantsDir).catch(() => []))
    for (const pid of findTenantProcesses(tenantsDir, name as TenantId)) killIfThere(pid);
}
