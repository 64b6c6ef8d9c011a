import { setTimeout as delay } from 'node:timers/promises';

/**
 * The first truthy value of `condition`, asked again and again. A throw counts as "not yet", so that it may hold
 * expectations; the last one is the cause of the error. Without `everyMs` the pauses grow with the wait, so that long
 * waits leave the machine to what they wait for.
 * @throws Error that says what was waited for, after `timeoutMs`
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs: number; what: string | (() => string | Promise<string>); everyMs?: number },
): Promise<Exclude<T, null | undefined | false>> {
  const start = performance.now();
  for (;;) {
    let cause: unknown;
    try {
      const value = await condition();
      if (value) return value as Exclude<T, null | undefined | false>;
    } catch (error) {
      cause = error;
    }
    const waitedMs = performance.now() - start;
    if (waitedMs > options.timeoutMs) {
      const what = typeof options.what === 'string' ? options.what : await options.what();
      const reason = cause instanceof Error ? `; last error: ${cause.message}` : '';
      throw new Error(`Waited ${options.timeoutMs} ms in vain for ${what}${reason}`, { cause });
    }
    await delay(options.everyMs ?? Math.min(100, Math.max(10, waitedMs / 10)));
  }
}
