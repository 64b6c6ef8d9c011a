import { describe, expect, it } from '@jest/globals';
import { ReconnectManager } from './reconnect-manager';

const hourMs = 3_600_000;

/** Its waits are longer than any test. */
function manager(onDue: () => void): ReconnectManager {
  return new ReconnectManager({
    policy: {
      firstMs: hourMs,
      maxMs: hourMs,
      attempts: 3,
      slowMs: hourMs,
      machineMs: hourMs,
      stableMs: hourMs,
    },
    now: Date.now,
    random: () => 0,
    onDue,
    onAttemptsUsedUp: () => undefined,
    onStable: () => undefined,
    outage: { isReachable: async () => false, nudgeSocket: async () => undefined },
  });
}

describe('a reset of reconnecting', () => {
  it.each([1, 2, 3])(
    'after %i used attempts a planned try is due at once, and all attempts are there again',
    async (used) => {
      let reconnect: ReconnectManager | null = null;
      await new Promise<void>((resolve) => {
        reconnect = manager(resolve);
        reconnect.carry(used);
        reconnect.start('browser_crashed');
        reconnect.reset();
      });
      expect(reconnect!.status()).toEqual({ attempt: 0, nextAttemptAt: null });
    },
  );

  it('plans nothing where nothing was planned', async () => {
    const reconnect = manager(() => undefined);
    reconnect.carry(2);
    for (let repeat = 0; repeat < 2; repeat++) reconnect.reset();
    expect(reconnect.status()).toEqual({ attempt: 0, nextAttemptAt: null });
    await reconnect.stop();
  });
});
