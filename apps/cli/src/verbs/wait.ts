import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from '../failure';
import type { Context } from './verb';

const lookMs = 500;

/**
 * Looks again and again until `isOver`, or the time of `--timeout` has passed; the last look either way. What is shown
 * meanwhile says where it stands.
 * @throws Interrupted
 */
export async function waitFor<T>(
  context: Pick<Context, 'signal' | 'waitMs' | 'progress'>,
  look: () => Promise<T>,
  isOver: (seen: T, elapsedMs: number) => boolean,
  tell: (seen: T) => string,
): Promise<{ seen: T; isOver: boolean }> {
  const start = performance.now();
  for (;;) {
    const seen = await look();
    const elapsedMs = performance.now() - start;
    const over = isOver(seen, elapsedMs);
    if (over || elapsedMs >= context.waitMs) {
      context.progress(null);
      return { seen, isOver: over };
    }
    if (elapsedMs > 1_000) context.progress(tell(seen));
    await pause(lookMs, context.signal);
  }
}

/** @throws Interrupted */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw new Interrupted();
  }
}
