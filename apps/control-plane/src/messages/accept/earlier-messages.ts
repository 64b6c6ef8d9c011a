import { createHash } from 'node:crypto';
import { AppError, type TenantId } from '@wafleet/contracts';
import type { Database, Message } from '@wafleet/db';
import { idempotencyKeyLifeMs } from '../idempotency-keys';

export interface SendRequest {
  tenantId: TenantId;
  /** Of the request as it came. */
  requestHash: string;
  idempotencyKey: string | null;
  /** Null: at once. */
  sendAt: Date | null;
  expiresAt: Date | null;
}

export function requestHashOf(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

/**
 * For each request the message that an earlier one with its key made, IDEMPOTENCY_MISMATCH where that one asked for
 * something else, or null. Keys past their life are given free.
 */
export async function findEarlier(
  db: Database,
  requests: readonly SendRequest[],
  now: Date,
): Promise<(Message | AppError | null)[]> {
  const keyed = requests.filter(({ idempotencyKey }) => idempotencyKey !== null);
  if (keyed.length === 0) return requests.map(() => null);
  const rows = await db.message.findMany({
    where: { OR: keyed.map(({ tenantId, idempotencyKey }) => ({ tenantId, idempotencyKey })) },
  });
  const isOld = ({ createdAt }: Message) => now.getTime() - createdAt.getTime() >= idempotencyKeyLifeMs;
  const old = rows.filter(isOld);
  if (old.length > 0)
    await db.message.updateMany({
      where: { id: { in: old.map(({ id }) => id) } },
      data: { idempotencyKey: null, requestHash: null },
    });
  const known = new Map(rows.filter((row) => !isOld(row)).map((row) => [keyOf(row), row]));
  return requests.map((request) => {
    const row = request.idempotencyKey === null ? undefined : known.get(keyOf(request));
    if (!row) return null;
    return row.requestHash === request.requestHash ? row : new AppError('IDEMPOTENCY_MISMATCH');
  });
}

function keyOf({ tenantId, idempotencyKey }: Pick<Message, 'tenantId' | 'idempotencyKey'>): string {
  return `${tenantId} ${idempotencyKey}`;
}
