import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Prisma, PrismaClient } from './generated/client';
import { createStatementNames } from './statement-names';
import { createStatements, type DirectStatements } from './statements';

export type Database = PrismaClient & { readonly statements: DirectStatements };
/** The client inside a transaction. */
export type Transaction = Prisma.TransactionClient;

/**
 * How long whoever needs a connection waits for one. Twenty callers at once on a slow disk wait longer than Prisma's two
 * seconds, and a line that moves is no outage.
 */
const connectionPatienceMs = 15_000;

/**
 * A new connection costs tens of milliseconds until it is as fast as one that was used before: Postgres reads its
 * catalogue and plans each statement anew. What breaks then needs several at once, after minutes of rest.
 */
const idleConnectionMs = 10 * 60_000;

/**
 * A pool of at most `maxConnections` connections. Nothing is connected before the first query.
 * Close it with `$disconnect()`.
 */
export function createDatabase(options: { url: string; maxConnections?: number }): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    idleTimeoutMillis: idleConnectionMs,
    connectionTimeoutMillis: connectionPatienceMs,
  });
  const nameOf = createStatementNames();
  // A connection that breaks while it changes hands has no other listener and would end the process. What it means is
  // told by the next query on it.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator: nameOf }),
    transactionOptions: { maxWait: connectionPatienceMs },
    // Else every query notes where it is asked, for a message that shows our sources.
    errorFormat: 'minimal',
  });
  return Object.assign(client, { statements: createStatements(pool, nameOf) });
}
