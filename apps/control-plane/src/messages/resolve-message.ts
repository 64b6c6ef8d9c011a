import { AppError, type ResolveMessage, type TenantId } from '@wafleet/contracts';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { defaultLifeMs } from './accept/message-times';
import { failureColumns } from './message-failures';

/**
 * Writes down what a person found out about an UNCERTAIN message, and who said so. Sent once more it keeps its id at
 * WhatsApp, so that receivers drop it should the first have arrived after all.
 * @returns until when it is to be sent; null where it is not
 * @throws AppError NOT_UNCERTAIN, also where a deleted one is to be sent again: nothing of it is left to send
 */
export async function resolveMessage(
  deps: { commit: CommitWithEvents; now: () => Date },
  { id, tenantId }: { id: string; tenantId: TenantId },
  { outcome, by }: ResolveMessage & { by: string },
): Promise<Date | null> {
  const now = deps.now();
  const expiresAt = new Date(now.getTime() + defaultLifeMs);
  const known = { errorCode: null, errorMessage: null };
  const changes = {
    sent: { status: 'SENT', sentAt: now, ...known },
    not_sent: { status: 'FAILED', ...failureColumns('found_unsent') },
    // Its attempts are counted on: a worker remembers what it did with each.
    send_again: { status: 'QUEUED', expiresAt, generation: null, ...known },
  } as const;
  const change = changes[outcome];
  await deps.commit(async (tx) => {
    const { count } = await tx.message.updateMany({
      where: { id, tenantId, status: 'UNCERTAIN', ...(outcome === 'send_again' && { revokedAt: null }) },
      data: change,
    });
    if (count === 0) throw new AppError('NOT_UNCERTAIN');
    const data = { messageId: id, status: change.status, outcome, by };
    return { events: [{ tenantId, type: 'message.status', at: now, data }], result: undefined };
  });
  return outcome === 'send_again' ? expiresAt : null;
}
