import type { MessageStatus, TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { EventBus } from '../live/event-bus';
import { recordTenantEvents } from '../tenants/tenant-events';
import { failureColumns, type FailureCode } from './message-failures';
import { predecessorsOf } from './message-status';

/** What we decide ourselves; everything from SENT on is WhatsApp's to say, by its acks. */
interface StatusChange {
  status: Extract<MessageStatus, 'FAILED' | 'EXPIRED' | 'CANCELLED' | 'UNCERTAIN'>;
  failure: FailureCode | null;
}

/**
 * Ends a message, unless WhatsApp later says otherwise, and tells it. Returns false, and changes
 * nothing, where the message has meanwhile a status that this one may not follow.
 */
export async function changeStatus(
  deps: { db: Database; bus: EventBus; epoch: string; now: () => Date },
  message: { id: string; tenantId: TenantId },
  change: StatusChange,
): Promise<boolean> {
  const at = deps.now();
  const events = await deps.db.$transaction(async (tx) => {
    const { count } = await tx.message.updateMany({
      where: { id: message.id, tenantId: message.tenantId, status: { in: predecessorsOf(change.status) } },
      data: { status: change.status, ...(change.failure && failureColumns(change.failure)) },
    });
    if (count === 0) return null;
    const data = { messageId: message.id, status: change.status };
    return recordTenantEvents(tx, deps.epoch, [
      { tenantId: message.tenantId, type: 'message.status', at, data },
    ]);
  });
  if (events) deps.bus.publish(events);
  return events !== null;
}
