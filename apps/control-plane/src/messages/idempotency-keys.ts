import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../jobs/cleanup';
import { firstMessageIdOf } from './message-id';

/** How long a repeat of a request is answered with the message that the first one made. */
export const idempotencyKeyLifeMs = 24 * 60 * 60 * 1_000;

/**
 * Frees keys past their life. A request that meets one frees it too, so that this is only for order.
 * The first call looks at all messages, later ones at what has aged since.
 */
export function idempotencyKeyCleanup(deps: { db: Database; now: () => Date }): CleanupTask {
  let done = firstMessageIdOf(0);
  const run = async () => {
    const due = firstMessageIdOf(deps.now().getTime() - idempotencyKeyLifeMs);
    await deps.db.message.updateMany({
      where: { id: { gte: done, lt: due }, idempotencyKey: { not: null } },
      data: { idempotencyKey: null, requestHash: null },
    });
    done = due;
  };
  return { name: 'expired idempotency keys', run };
}
