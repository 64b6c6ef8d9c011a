/** What a statement that was given to the driver itself rejects with where the database could not do it. */
export class DatabaseAwayError extends Error {
  constructor(
    readonly code: 'DATABASE_AWAY' | 'TRANSACTION_TIMEOUT',
    options: { cause: unknown },
  ) {
    const { cause } = options;
    super(`${code}: ${cause instanceof Error ? cause.message : String(cause)}`, options);
    this.name = 'DatabaseAwayError';
  }
}

/** The driver throws these as they are when a connection breaks under a query. */
const awayMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
];

/** What the driver says of a connection that broke or can't be had. */
export function isOfConnection(error: unknown): boolean {
  return error instanceof Error && awayMessages.some((message) => error.message.startsWith(message));
}
