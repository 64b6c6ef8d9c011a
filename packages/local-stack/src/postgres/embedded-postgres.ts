import type { ChildProcess } from 'node:child_process';
import { Client } from 'pg';
import { endOfLog, keepLog } from '../files/keep-log';
import { requireFreePort } from '../processes/ports';
import { databaseUser, type SystemUser } from '../processes/system-user';
import { endChild, hasEnded, spawnTied, whenEnded } from '../processes/tied-process';
import { waitFor } from '../processes/wait-for';
import { StackError } from '../stack-error';
import { findBinaries } from './binaries';
import { databaseRole, ensureCluster } from './cluster';
import { reclaimServer } from './reclaim-server';

export interface PostgresOptions {
  /** Absolute, made on first use. Started by root, another user runs Postgres and must be able to reach it. */
  clusterDir: string;
  /** Keeps the password, readable by us alone; made with the cluster. */
  passwordFile: string;
  logFile: string;
  port: number;
  /** Postgres settings beyond our own. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** Of the database `wafleet`, which exists after the first migration. */
  url: string;
  pid: number;
  /** A server that an earlier run left behind was ended first. */
  reclaimed: boolean;
  /** Resolves when the server has ended, wanted or not. */
  exited: Promise<void>;
  /** Ends connections and waits until all is written. Repeats are fine. */
  stop(): Promise<void>;
}

/**
 * Starts the Postgres of the npm package on loopback and resolves when it answers, crash recovery included. It ends
 * when this process dies, however that happens.
 * @throws StackError: port taken, cluster of another user, no binaries for this machine, server gave up
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const user = databaseUser();
  const binaries = await findBinaries(user !== undefined);
  const password = await ensureCluster({ ...options, binaries, user });
  const reclaimed = await reclaimServer(options.clusterDir);
  await requireFreePort(options.port, 'POSTGRES_PORT');
  const child = await spawnServer(binaries.postgres, options, user);
  const exited = whenEnded(child);
  const url = `postgresql://${databaseRole}:${password}@127.0.0.1:${options.port}/wafleet`;
  await untilItAnswers(child, url, options.logFile);
  return {
    url,
    pid: child.pid as number,
    reclaimed,
    exited,
    stop: () => endChild(child, { signal: `SIG${fastShutdown}`, harder: 'SIGQUIT', patienceMs: 20_000 }),
  };
}

async function spawnServer(
  postgres: string,
  options: PostgresOptions,
  user: SystemUser | undefined,
): Promise<ChildProcess> {
  const settings = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    log_checkpoints: 'off',
    ...options.settings,
  };
  const args = ['-D', options.clusterDir];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const child = await spawnTied([postgres, ...args], {
    signal: fastShutdown,
    user,
    env: { PATH: process.env.PATH, LANG: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  keepLog(options.logFile, child.stdout, child.stderr);
  return child;
}

/** Ends connections, then writes everything out. */
const fastShutdown = 'INT';
const recoveryTimeoutMs = 120_000;

async function untilItAnswers(child: ChildProcess, url: string, logFile: string): Promise<void> {
  const maintenanceUrl = Object.assign(new URL(url), { pathname: '/postgres' }).href;
  const gone = () => hasEnded(child);
  const settled = await waitFor(async () => gone() || (await answers(maintenanceUrl)), recoveryTimeoutMs);
  if (settled && !gone()) return;
  child.kill('SIGKILL');
  throw new StackError(`Postgres did not start; the end of ${logFile}:\n${endOfLog(logFile)}`);
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    // Not up yet, or still replaying its log. Whatever lasts ends in the deadline with the server's own words.
    return false;
  }
}
