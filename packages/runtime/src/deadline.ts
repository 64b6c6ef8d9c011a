/** The named thing did not end in time. */
export class DeadlineError extends Error {
  constructor(
    readonly what: string,
    readonly timeoutMs: number,
  ) {
    super(`${what} did not end within ${timeoutMs} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * The promise's outcome, or DeadlineError after timeoutMs. The work itself is not stopped; a late rejection is
 * swallowed, because its outcome no longer matters to anybody.
 */
export function withDeadline<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(what, timeoutMs)), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
