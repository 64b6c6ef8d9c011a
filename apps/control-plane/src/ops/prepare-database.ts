import { setTimeout as delay } from 'node:timers/promises';
import { migrate, MigrationError } from '@wafleet/db';
import { ConfigError, type Logger } from '@wafleet/runtime';
import { systemErrorCode } from '../system-error';

const patienceMs = 30_000;
const retryMs = 500;

/** Hears of each try that failed. */
interface OutageWatch {
  isAway(): void;
  settled(): Promise<void>;
}

/**
 * Waits until the database answers, makes it where it is missing, and brings it to this version.
 * @throws ConfigError naming DATABASE_URL after 30 s without an answer; MigrationError
 */
export async function prepareDatabase(
  url: string,
  migrationsDir: string,
  log: Logger,
  outage: OutageWatch,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 1; ; attempt++) {
    try {
      const { applied } = await migrate(url, migrationsDir);
      if (applied.length > 0) log.info({ applied }, 'database migrated');
      return;
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      outage.isAway();
      if (Date.now() > deadline) {
        await outage.settled();
        throw new ConfigError(
          `DATABASE_URL names a database that can't be used (${systemErrorCode(error)}).`,
        );
      }
      if (attempt === 1) log.warn({ err: error }, 'database does not answer yet');
      await delay(retryMs);
    }
  }
}
