import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client';

export type Database = PrismaClient;
/** The client inside a transaction. */
export type Transaction = Prisma.TransactionClient;

/**
 * A pool of at most `maxConnections` connections. Nothing is connected before the first query.
 * Close it with `$disconnect()`.
 */
export function createDatabase(options: { url: string; maxConnections?: number }): Database {
  return new PrismaClient({
    adapter: new PrismaPg({ connectionString: options.url, max: options.maxConnections ?? 10 }),
  });
}
