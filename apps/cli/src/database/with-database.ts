import { join } from 'node:path';
import { BackupError, MigrationError, NotNowError } from '@wafleet/db';
import { preparePlaces, StackError, startPostgres } from '@wafleet/local-stack';
import { loadMachineConfig } from '../config';
import { Failure } from '../failure';
import { databaseOf, launcherIsAlive } from '../installation';
import type { Context } from '../verbs/verb';

/**
 * Uses the database of this installation. The embedded one is started where it does not run, and stopped again; with
 * `mayMake` it is made where there is none.
 * @throws Failure in words
 */
export async function withDatabase<T>(
  { config, progress }: Pick<Context, 'config' | 'progress'>,
  { mayMake }: { mayMake: boolean },
  use: (url: string) => Promise<T>,
): Promise<T> {
  const settings = loadMachineConfig(config.environment);
  const known = databaseOf(settings, config.dataDir);
  return inWords(async () => {
    if (known !== null && (!known.isEmbedded || launcherIsAlive(config.dataDir))) return await use(known.url);
    if (known === null && !mayMake)
      throw new Failure('failed', {
        title: `No database is known: there is none in ${config.dataDir}.`,
        action: 'Set DATABASE_URL as the control plane has it, or DATA_DIR.',
      });
    progress('starting Postgres');
    const places = await preparePlaces(config.dataDir);
    const postgres = await startPostgres({
      clusterDir: places.clusterDir,
      passwordFile: join(places.dataDir, 'postgres-password'),
      logFile: join(places.logsDir, 'postgres.log'),
      port: settings.ports.POSTGRES_PORT,
    });
    try {
      return await use(postgres.url);
    } finally {
      progress('stopping Postgres');
      await postgres.stop();
    }
  });
}

/** What goes wrong with a database or a backup of one, as a Failure. */
export async function inWords<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asFailure(error);
  }
}

/** Never with the address: it may hold a password. */
function asFailure(error: unknown): unknown {
  if (error instanceof BackupError)
    return new Failure(error instanceof NotNowError ? 'notNow' : 'failed', {
      title: error.message,
      action: error.action,
    });
  if (error instanceof MigrationError)
    return new Failure('failed', {
      title: 'The backup is in place, but a newer migration could not be applied.',
      detail: error.message,
      action: 'Start the release that the backup was taken with, and report this.',
    });
  if (error instanceof StackError) return new Failure('failed', { title: error.message });
  const { code, syscall } = error as NodeJS.ErrnoException;
  // An answer of the server, or none at all.
  if (
    code !== undefined &&
    (/^[0-9A-Z]{5}$/.test(code) || syscall === 'connect' || syscall === 'getaddrinfo')
  )
    return new Failure('failed', {
      title: `The database can't be used (${code}); nothing was changed.`,
      detail: syscall === undefined ? (error as Error).message : undefined,
      action: 'wafleet doctor says what is wrong with it.',
    });
  return error;
}
