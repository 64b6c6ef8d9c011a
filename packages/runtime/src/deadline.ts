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

/**
 * Aborts after timeoutMs, with a TimeoutError as AbortSignal.timeout() has it. That one, as a source of AbortSignal.any(), is
 * collected by Node 20 before it fires (nodejs/node#57736), and what waits by it waits for ever; this one is held by its timer.
 */
export function abortAfter(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException('There was no end in time', 'TimeoutError'));
  setTimeout(late, timeoutMs).unref();
  return controller.signal;
}
