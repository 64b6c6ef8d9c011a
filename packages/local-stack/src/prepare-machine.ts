import { findBrowser } from './browser/find-browser';
import { findRedis } from './redis/find-redis';
import { StackError } from './stack-error';

/**
 * What the stack finds or fetches when it needs it, beforehand: a browser, and a Redis where REQUIRE_REDIS is set.
 * @throws StackError that says what to do
 */
export async function prepareMachine(onProgress: (text: string) => void): Promise<void> {
  const { executablePath, version, sandbox } = await findBrowser({ onProgress });
  const walls = sandbox ? 'in its sandbox' : 'without a sandbox, which this system does not allow';
  onProgress(`Browser: ${executablePath} ${version}, ${walls}`);
  if (!process.env.REQUIRE_REDIS) return;
  if ((await findRedis()) === null) {
    throw new StackError(
      'REQUIRE_REDIS is set, but no Redis is installed and none can be fetched; install redis-server.',
    );
  }
  onProgress('Redis: found');
}
