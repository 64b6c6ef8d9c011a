import { isDriverAdapterError } from '@prisma/driver-adapter-utils';
import { DatabaseAwayError, isOfConnection } from './database-away-error';
import { Prisma } from './generated/client';

/**
 * The database could not be asked, or was lost while it was: unreachable, shutting down, or without a free connection.
 * Whether what was under way took effect is not known.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return awayCodes.has(error.code) || isAwayCause(error.meta?.['driverAdapterError']);
  }
  // A transaction that breaks at its end is told by the driver alone.
  if (isDriverAdapterError(error)) return isAwayCause(error);
  return isOfConnection(error);
}

/** Unreachable, timed out, closed, no connection or no transaction in time. */
const awayCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

const awayKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);

/** Raw queries report everything as one code; the driver's own error lies within. */
function isAwayCause(driverError: unknown): boolean {
  const cause = (driverError as { cause?: { kind?: string; originalCode?: string } } | undefined)?.cause;
  // SQLSTATE 08: connection exceptions; 57P: the server was told to stop, or is not ready yet.
  return awayKinds.has(cause?.kind ?? '') || /^(08|57P)/.test(cause?.originalCode ?? '');
}
