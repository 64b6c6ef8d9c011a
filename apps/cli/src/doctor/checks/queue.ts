import { Redis } from 'ioredis';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';

const { well, note, warning, broken } = findingsOf('queue');
const answerTimeoutMs = 5_000;

/** The queue runs on Redis where one is named, else on the database. */
export async function checkQueue({ settings }: Machine): Promise<Finding[]> {
  if (settings.redisUrl === undefined)
    return [note('The queue runs on Postgres: it is as well as the database.')];
  const redis = new Redis(settings.redisUrl, {
    lazyConnect: true,
    connectTimeout: answerTimeoutMs,
    commandTimeout: answerTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What breaks is told by the call that meets it.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    const memory = await redis.info('memory');
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
    return policy === undefined || policy === 'noeviction'
      ? [well('Redis answers and evicts nothing')]
      : [
          warning(`Redis may drop jobs when it is full (maxmemory-policy ${policy}).`, {
            mend: 'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf',
          }),
        ];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [
      broken(`Redis can't be used (${code ?? message}).`, {
        mend: 'Start it, or correct REDIS_URL; without REDIS_URL the queue runs on Postgres',
      }),
    ];
  } finally {
    redis.disconnect();
  }
}
