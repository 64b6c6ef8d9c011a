export { createDatabase, type Database, type Transaction } from './client';
export { migrate, MigrationError } from './migrate';
export { isDatabaseAway } from './database-away';
export { Prisma } from './generated/client';
export type * from './generated/client';
