import type { MessageStatus, TenantId } from '@wafleet/contracts';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import { failureColumns, type FailureCode } from './message-failures';
import { predecessorsOf } from './message-status';

/**
 * What we decide ourselves. Of messages everything from SENT on is WhatsApp's to say, by its acks; only what is said of
 * another message has none, and is SENT when the page has done it.
 */
interface StatusChange {
  status: Extract<MessageStatus, 'SENT' | 'FAILED' | 'EXPIRED' | 'CANCELLED' | 'UNCERTAIN'>;
  failure: FailureCode | null;
}

/**
 * Ends a message, unless WhatsApp later says otherwise, and tells it. Returns false, and changes nothing, where the
 * message has meanwhile a status that this one may not follow.
 */
export function changeStatus(
  deps: { commit: CommitWithEvents; now: () => Date },
  message: { id: string; tenantId: TenantId },
  { status, failure }: StatusChange,
): Promise<boolean> {
  const { id, tenantId } = message;
  return deps.commit(async (tx) => {
    const { count } = await tx.message.updateMany({
      where: { id, tenantId, status: { in: predecessorsOf(status) } },
      data: {
        status,
        ...(failure && failureColumns(failure)),
        ...(status === 'SENT' && { sentAt: deps.now() }),
      },
    });
    const data = { messageId: id, status };
    const event = { tenantId, type: 'message.status' as const, at: deps.now(), data };
    return { events: count === 0 ? [] : [event], result: count > 0 };
  });
}
