import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { firstMessageIdOf } from '../message-id';

/** Messages that one page of a search reads. What is further back is the next page's: see decision 84. */
export const searchReach = 50_000;

/** As a condition on texts: whatever is written, it stands for itself. */
export function textHolds(words: string) {
  return { contains: words.replaceAll(/[\\%_]/g, String.raw`\$&`), mode: 'insensitive' as const };
}

/**
 * The id of the last message, going back from `before`, that a page of a search reads; null where it reads all that
 * there are.
 */
export async function endOfReach(
  db: Pick<Database, 'message'>,
  tenantId: TenantId,
  before: string | undefined,
  reach: number,
): Promise<string | null> {
  const [last] = await db.message.findMany({
    where: { tenantId, id: { lt: before } },
    orderBy: { id: 'desc' },
    skip: reach - 1,
    take: 1,
    select: { id: true },
  });
  return last?.id ?? null;
}

/** By which a message is told at most before the time that it carries: clocks differ. */
const clockMs = 3_600_000;

/** No message that was written from then on has a lower id: one is stored after it was written. */
export function oldestIdOf(time: Date): string {
  return firstMessageIdOf(Math.max(0, time.getTime() - clockMs));
}
