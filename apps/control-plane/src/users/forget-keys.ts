import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const keepMs = 90 * 24 * 60 * 60 * 1_000;

/** Tenants' keys that ended are listed for three months, so that what they did can be told apart; then they go. */
export function endedKeyRetention({ db, now }: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'ended keys',
    run: async () => {
      const before = { lt: new Date(now().getTime() - keepMs) };
      await db.apiKey.deleteMany({
        where: { kind: 'TENANT', OR: [{ revokedAt: before }, { expiresAt: before }] },
      });
    },
  };
}
