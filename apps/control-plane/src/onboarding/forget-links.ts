import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';

const keepMs = 30 * 24 * 60 * 60 * 1_000;

/** Links and invitations say for a month why they open nothing any more; ended sign-ins have nothing to say. */
export function endedLinkRetention({ db, now }: { db: Database; now: () => Date }): CleanupTask {
  return {
    name: 'ended links and sign-ins',
    run: async () => {
      const past = { expiresAt: { lt: new Date(now().getTime() - keepMs) } };
      await db.onboardingLink.deleteMany({ where: past });
      await db.invitation.deleteMany({ where: past });
      const ended = { expiresAt: { lt: now() } };
      await db.signIn.deleteMany({ where: ended });
      await db.signInVerification.deleteMany({ where: ended });
    },
  };
}
