import { type RolloutItemState, rolloutItemStates } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';

/** How many tenants of these rollouts are in which state; states without any with 0. */
export async function countItems(
  db: Pick<Database, 'rolloutItem'>,
  rolloutIds: string[],
): Promise<(rolloutId: string) => Record<RolloutItemState, number>> {
  const counts = await db.rolloutItem.groupBy({
    by: ['rolloutId', 'state'],
    where: { rolloutId: { in: rolloutIds } },
    _count: true,
  });
  const countOf = (rolloutId: string, state: string) =>
    counts.find((one) => one.rolloutId === rolloutId && one.state === state)?._count ?? 0;
  return (rolloutId) =>
    Object.fromEntries(rolloutItemStates.map((state) => [state, countOf(rolloutId, state)])) as Record<
      RolloutItemState,
      number
    >;
}
