import { join } from 'node:path';
import { startPostgres } from '@wafleet/local-stack';
import { freePort } from '../free-port';
import { tempDir } from '../temp-dir';
import { carefree } from './test-server';
import { interruptible, type TestService } from './test-service';

/**
 * A Postgres of the caller's own: for what must not happen to everybody's.
 * @param options.isDurable as in production: a commit returns when it is on disk
 */
export async function startTestPostgres(options: { isDurable: boolean }): Promise<TestService> {
  const folder = await tempDir('wafleet-test-postgres-');
  const port = await freePort();
  const inFolder = (name: string) => join(folder.path, name);
  return interruptible(
    () =>
      startPostgres({
        clusterDir: inFolder('cluster'),
        passwordFile: inFolder('password'),
        logFile: inFolder('postgres.log'),
        port,
        settings: options.isDurable ? {} : carefree,
      }),
    folder.remove,
  );
}
