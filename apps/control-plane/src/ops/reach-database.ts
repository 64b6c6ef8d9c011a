import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@wafleet/db';
import { ConfigError, withDeadline, type Logger } from '@wafleet/runtime';

const patienceMs = 30_000;
const answerTimeoutMs = 5_000;
const retryMs = 500;

/**
 * Waits until the database answers.
 * @throws ConfigError naming DATABASE_URL after 30 s
 */
export async function reachDatabase(db: Database, log: Logger): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await withDeadline(db.$queryRaw`SELECT 1`, answerTimeoutMs, 'database');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new ConfigError('DATABASE_URL names a database that does not answer.');
      if (attempt === 1) log.warn({ err: error }, 'database does not answer yet');
      await delay(retryMs);
    }
  }
}
