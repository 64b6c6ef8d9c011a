import { join } from 'node:path';
import { findRedis, startRedis } from '@wafleet/local-stack';
import { freePort } from '../free-port';
import { tempDir } from '../temp-dir';
import { interruptible, type TestService } from './test-service';

/**
 * A Redis of the caller's own, or null where this machine has none and none can be fetched.
 * @throws Error instead of null when REQUIRE_REDIS is set, as it is in CI
 */
export async function startTestRedis(): Promise<TestService | null> {
  const server = await findRedis();
  if (!server) {
    if (process.env.REQUIRE_REDIS) throw new Error('REQUIRE_REDIS is set and no Redis is to be had.');
    process.stderr.write('No Redis is to be had here: what needs one is not shown.\n');
    return null;
  }
  const folder = await tempDir('wafleet-test-redis-');
  const port = await freePort();
  const logFile = join(folder.path, 'redis.log');
  return interruptible(
    () => startRedis(server, { dir: join(folder.path, 'redis'), port, logFile }),
    folder.remove,
  );
}
