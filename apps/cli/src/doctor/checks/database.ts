import { join } from 'node:path';
import { type DatabaseInspection, inspectDatabase } from '@wafleet/db';
import { type Finding, findingsOf } from '../finding';
import type { Machine } from '../machine';
import { testedVersions } from '../tested-versions';

const { well, note, warning, broken } = findingsOf('database');

/** Reachable, of a version that was tested, migrated, writable, with connections left. */
export async function checkDatabase({ database, config, isRunning }: Machine): Promise<Finding[]> {
  if (database === null)
    return [
      note('No database is known.', { mend: 'Set DATABASE_URL as the control plane has it, or DATA_DIR' }),
    ];
  let found: DatabaseInspection;
  try {
    found = await inspectDatabase(database.url, join(config.repository, 'prisma/migrations'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no answer';
    if (database.isEmbedded && !isRunning)
      return [note('The embedded Postgres does not run; it starts with Wafleet.', { mend: 'npm start' })];
    return [
      broken(`The database can't be used (${code}).`, {
        mend: mends[code] ?? usualMend(database.isEmbedded),
      }),
    ];
  }
  return [
    ...judgeVersion(found.version),
    ...judgeMigrations(found),
    found.refusesWrites === null
      ? well('The database can be written to')
      : broken(`The database can't be written to (${found.refusesWrites}).`, {
          mend: 'Name the primary in DATABASE_URL, and see that its disk has room: df -h',
        }),
    ...judgeConnections(found.connections),
  ];
}

const mends: Record<string, string> = {
  ECONNREFUSED: 'Start Postgres, or correct host and port in DATABASE_URL',
  ENOTFOUND: 'Correct the host in DATABASE_URL, and see whether its name is known: getent hosts <host>',
  '28P01': 'Correct the password in DATABASE_URL',
  '28000': 'Let this user in: pg_hba.conf of the server, or another user in DATABASE_URL',
  '3D000': 'The database is made at the first start; or correct its name in DATABASE_URL',
  '53300': 'Raise max_connections of the server, or end what holds them: select * from pg_stat_activity',
};

const usualMend = (isEmbedded: boolean) =>
  isEmbedded ? 'See its log: tail data/logs/postgres.log' : 'Try it: psql "$DATABASE_URL" -c "select 1"';

function judgeVersion(version: number): Finding[] {
  const { oldest, majors } = testedVersions.postgres;
  if (version < oldest)
    return [
      broken(`Postgres ${version} is too old; ${oldest} or newer is needed.`, { mend: 'Upgrade the server' }),
    ];
  return [
    (majors as readonly number[]).includes(version)
      ? well(`Postgres ${version} answers`)
      : note(`Postgres ${version} answers; ${majors.join(', ')} was tested.`),
  ];
}

function judgeMigrations({ missing, unfinished, unknown }: DatabaseInspection): Finding[] {
  if (unfinished.length > 0)
    return [
      broken(`A migration was cut short: ${unfinished.join(', ')}.`, {
        mend: 'Look at what it changed, then: npx prisma migrate resolve --rolled-back <name>',
      }),
    ];
  if (unknown.length > 0)
    return [
      broken(`The database was used by a newer Wafleet: it has ${unknown.join(', ')}.`, {
        mend: 'Start the newer release, or restore a backup from before it',
      }),
    ];
  if (missing.length > 0)
    return [
      note(`${missing.length} migrations are not applied yet.`, {
        mend: 'They are at the next start: npm start',
      }),
    ];
  return [well('All migrations are applied')];
}

function judgeConnections({ used, most }: DatabaseInspection['connections']): Finding[] {
  return used > 0.9 * most
    ? [warning(`${used} of ${most} connections are in use.`, { mend: mends['53300'] as string })]
    : [well(`${used} of ${most} connections are in use`)];
}
