export { createDatabase, type Database, type Transaction } from './client';
export { Prisma } from './generated/client';
export type * from './generated/client';
