import { setTimeout as delay } from 'node:timers/promises';
import { migrate, MigrationError } from '@wafleet/db';
import { backoffMs, ConfigError, createOutageLog, type Logger } from '@wafleet/runtime';
import { systemErrorCode } from '../system-error';

const retry = { firstMs: 500, maxMs: 5_000, jitter: 0.5 };
/** A server that has just been started may refuse whom it will know in a moment. */
const defaultRefusedPatienceMs = 30_000;

/** Hears of each try that failed. */
interface OutageWatch {
  isAway(): void;
  settled(): Promise<void>;
}

/**
 * Waits until the database answers, for as long as it takes, makes it where it is missing, and brings it to this
 * version.
 * @throws ConfigError naming DATABASE_URL when a server answers, and refuses us for 30 s; MigrationError; AbortError
 */
export async function prepareDatabase(
  { url, migrationsDir }: { url: string; migrationsDir: string },
  deps: {
    log: Logger;
    outage: OutageWatch;
    random: () => number;
    signal: AbortSignal;
    refusedPatienceMs?: number;
  },
): Promise<void> {
  const { log, outage, random, signal, refusedPatienceMs = defaultRefusedPatienceMs } = deps;
  const waiting = createOutageLog(log, 'database');
  let refusedSince: number | null = null;
  for (let attempt = 1; ; attempt++) {
    try {
      const { applied } = await migrate(url, migrationsDir);
      waiting.worked();
      if (applied.length > 0) log.info({ applied }, 'database migrated');
      return;
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      signal.throwIfAborted();
      waiting.failed(error);
      outage.isAway();
      refusedSince = isRefusal(error) ? (refusedSince ?? Date.now()) : null;
      if (refusedSince !== null && Date.now() - refusedSince > refusedPatienceMs) {
        await outage.settled();
        throw new ConfigError(
          `DATABASE_URL names a database that can't be used (${systemErrorCode(error)}).`,
        );
      }
      await delay(backoffMs(retry, attempt, random()), undefined, { signal });
    }
  }
}

/** A Postgres has answered, and waiting alone does not change its mind: a wrong user, password, name or right. */
function isRefusal(error: unknown): boolean {
  const code = systemErrorCode(error);
  // SQLSTATE; 08, 53, 57, 58: connections, resources, an operator's intervention, the server's system. Not EPIPE.
  return code !== null && /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57|58|E)/.test(code);
}
