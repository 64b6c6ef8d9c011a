import { setTimeout as delay } from 'node:timers/promises';

/** True as soon as the condition holds, false when it didn't within `timeoutMs`. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 25,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await delay(everyMs);
  }
}
