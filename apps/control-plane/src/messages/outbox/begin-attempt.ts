import { createHash } from 'node:crypto';
import { waMessageIdFrom, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { OpenMessage } from './open-messages';
import { isChange } from '../change-type';
import { paceStep, takePlace, type Pace } from './send-pace';

/** A message that is committed as SENDING. */
export interface Attempt {
  message: OpenMessage;
  /** Null for what is said of another message: it has no id that we could choose. */
  waMessageId: string | null;
  generation: number;
  number: number;
}

/**
 * Commits that this generation of the worker is given the message, with the id it will have at WhatsApp; the intent
 * before the act. Null where the message changed meanwhile, for example because it was cancelled, or where another
 * chat's message took the tenant's place in its pace.
 */
export async function beginAttempt(
  deps: { db: Database; now: () => Date; random: () => number },
  message: OpenMessage,
  { tenantId, generation, pace }: { tenantId: TenantId; generation: number; pace: Pace | null },
): Promise<Attempt | null> {
  const waMessageId = isChange(message.type) ? null : (message.waMessageId ?? waMessageIdOf(message.id));
  const number = message.attempts + 1;
  const now = deps.now();
  const isBegun = await deps.db.$transaction(async (tx) => {
    if (pace && !(await takePlace(tx, tenantId, now, paceStep(pace, deps.random())))) return false;
    const { count } = await tx.message.updateMany({
      where: { id: message.id, status: message.status, attempts: message.attempts },
      data: {
        status: 'SENDING',
        generation,
        accountId: message.linkedAccountId ?? undefined,
        waMessageId,
        attempts: number,
        sendingAt: now,
      },
    });
    return count > 0;
  });
  return isBegun ? { message, waMessageId, generation, number } : null;
}

/** Back into the queue, because nothing was sent. */
export async function requeue(db: Database, message: OpenMessage): Promise<void> {
  await db.message.updateMany({
    where: { id: message.id, status: 'SENDING', attempts: message.attempts },
    data: { status: 'QUEUED' },
  });
}

function waMessageIdOf(messageId: string): string {
  return waMessageIdFrom(createHash('sha256').update(messageId).digest('hex'));
}
