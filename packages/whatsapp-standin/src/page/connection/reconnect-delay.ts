const firstMs = 500;
const maxMs = 8_000;

/**
 * Half a second, doubling to eight, up to a fifth of it less by chance.
 * @param attempt 1 for the first
 * @param random in [0, 1)
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempt - 1, 10), maxMs) * (1 - 0.2 * random);
}
