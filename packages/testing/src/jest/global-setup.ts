import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, isReachableByOthers, startPostgres } from '@wafleet/local-stack';
import { freePort } from '../free-port';

/** Held from set-up to teardown, which jest runs in the same process. */
export interface TestServer {
  postgres: EmbeddedPostgres;
  folder: string;
}

declare global {
  var wafleetTestServer: TestServer | undefined;
}

/**
 * One Postgres for all test files of this run, unless TEST_DATABASE_URL names one. It ends with this process, however
 * that ends; the folder of a run that was killed is removed by the next one.
 */
export default async function startTestServer(): Promise<void> {
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
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  process.env.TEST_DATABASE_URL = postgres.url;
  globalThis.wafleetTestServer = { postgres, folder };
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
