import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, migrationsDir, startTestPostgres, type TestService } from '@wafleet/testing';
import { createDatabase, type Database, isDatabaseAway, migrate, type Statements } from '../src';

const interruptions = 4;

const note = (db: Statements, action: string) =>
  db.$executeRaw`INSERT INTO "notes" ("id", "text") VALUES (${randomUUID()}, ${action})`;

/** One of each way in which the database is used. */
const uses: Record<string, (db: Database) => Promise<unknown>> = {
  query: (db) => db.tenant.findMany({ take: 1 }),
  rawQuery: (db) => db.$queryRaw`SELECT count(*) FROM "notes"`,
  rawStatement: (db) => note(db, 'alone'),
  batch: (db) => db.$transaction([db.tenant.count(), db.message.count()]),
  transaction: (db) =>
    db.$transaction(async (tx) => {
      await tx.tenant.count();
      await note(tx, 'within');
      return tx.message.count();
    }),
  statement: (db) => note(db.statements, 'alone'),
  statements: (db) => db.statements.transaction((tx) => note(tx, 'within')),
};

describe('a database that is stopped while it is used', () => {
  let postgres: TestService;
  let db: Database;

  beforeAll(async () => {
    postgres = await startTestPostgres({ isDurable: false });
    await migrate(postgres.url, migrationsDir);
    db = createDatabase({ url: postgres.url });
    await db.$executeRaw`CREATE TABLE "notes" ("id" TEXT PRIMARY KEY, "text" TEXT NOT NULL)`;
  }, 120_000);

  afterAll(async () => {
    await db?.$disconnect();
    await postgres?.stop();
  });

  it('is called away by everything that fails because of it', async () => {
    const stopping = new AbortController();
    const failures: { use: string; error: unknown }[] = [];
    const useAgainAndAgain = async ([use, run]: (typeof entries)[number]) => {
      while (!stopping.signal.aborted) {
        await run(db).catch(async (error: unknown) => {
          failures.push({ use, error });
          await delay(5);
        });
      }
    };
    const entries = Object.entries(uses);
    const running = Promise.all([...entries, ...entries, ...entries].map(useAgainAndAgain));
    for (let round = 1; round <= interruptions; round += 1) {
      const before = failures.length;
      await postgres.interrupt();
      await eventually(() => failures.length >= before + 50, { timeoutMs: 60_000, what: 'failures' });
      await postgres.resume();
      await eventually(
        () =>
          db.tenant.count().then(
            () => true,
            () => false,
          ),
        {
          timeoutMs: 60_000,
          what: 'the database back',
        },
      );
    }
    stopping.abort();
    await running;
    expect(new Set(failures.map(({ use }) => use))).toEqual(new Set(Object.keys(uses)));
    expect(failures.filter(({ error }) => !isDatabaseAway(error)).map(told)).toEqual([]);
  }, 300_000);
});

function told({ use, error }: { use: string; error: unknown }): string {
  const { name, code, meta, message } = error as {
    name: string;
    code?: string;
    meta?: unknown;
    message: string;
  };
  return `${use}: ${name} ${code} ${JSON.stringify(meta)} ${message}`;
}
