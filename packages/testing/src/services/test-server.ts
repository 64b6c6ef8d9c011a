import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, isReachableByOthers, startPostgres } from '@wafleet/local-stack';
import { freePort } from '../free-port';

/** Held from start to stop, which happen in the same process. */
interface TestServer {
  postgres: EmbeddedPostgres;
  folder: string;
}

declare global {
  var wafleetTestServer: TestServer | undefined;
}

/** What a crash of the machine would lose is of no worth in a test, and costs most of the time. */
export const carefree = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * One Postgres for everything in this process and its children, named by TEST_DATABASE_URL; none where that names one
 * already. It ends with this process, however that ends; the folder of a run that was killed is removed by the next
 * one.
 * @param options.isDurable as in production: a commit returns when it is on disk
 */
export async function startTestServer(options: { isDurable: boolean }): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const base = (await isReachableByOthers(join(tmpdir(), 'any'))) ? tmpdir() : '/var/tmp';
  await removeLeftFolders(base);
  const folder = join(base, `${prefix}${process.pid}`);
  await mkdir(folder);
  await chmod(folder, 0o755);
  const postgres = await startPostgres({
    clusterDir: join(folder, 'cluster'),
    passwordFile: join(folder, 'password'),
    logFile: join(folder, 'postgres.log'),
    port: await freePort(),
    settings: options.isDurable ? {} : carefree,
  });
  process.env.TEST_DATABASE_URL = postgres.url;
  globalThis.wafleetTestServer = { postgres, folder };
}

/** Does nothing where startTestServer() did nothing. */
export async function stopTestServer(): Promise<void> {
  const server = globalThis.wafleetTestServer;
  if (!server) return;
  await server.postgres.stop();
  await rm(server.folder, { recursive: true, force: true });
  delete process.env.TEST_DATABASE_URL;
}

const prefix = 'wafleet-test-run-';

async function removeLeftFolders(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    const { uid } = await stat(join(base, name));
    if (uid !== process.getuid?.()) continue;
    await rm(join(base, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process, and so not ours to clean up after.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
