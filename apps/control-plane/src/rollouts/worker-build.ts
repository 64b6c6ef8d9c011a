import type { RolloutItemState, TenantId, WorkerBuild } from '@wafleet/contracts';
import type { Database, Transaction } from '@wafleet/db';

/** A tenant in one of these is started with the new build, however often it is started. */
const hasNewBuild: readonly RolloutItemState[] = ['UNDER_WAY', 'WATCHED', 'DONE', 'FAILED'];

/**
 * What the tenant's next worker is started from: the new build where a rollout has come to it, else what the last rollout
 * left. Null: what is configured.
 */
export async function buildOfStart(
  db: Pick<Database, 'rolloutItem' | 'instance'>,
  tenantId: TenantId,
): Promise<WorkerBuild | null> {
  const item = await db.rolloutItem.findFirst({
    where: { tenantId, state: { in: [...hasNewBuild] }, rollout: { endedAt: null } },
    select: { rollout: { select: { toName: true, toId: true } } },
  });
  if (item !== null) return { name: item.rollout.toName, id: item.rollout.toId };
  return fleetBuild(db);
}

/** What the last rollout left; null where there was none. */
export async function fleetBuild(db: Pick<Database, 'instance'>): Promise<WorkerBuild | null> {
  const instance = await db.instance.findFirst({ select: { buildName: true, buildId: true } });
  return toBuild(instance?.buildName, instance?.buildId);
}

export async function setFleetBuild(tx: Transaction, build: WorkerBuild): Promise<void> {
  await tx.instance.updateMany({ data: { buildName: build.name, buildId: build.id } });
}

/** Two columns as one. */
export function toBuild(name: string | null | undefined, id: string | null | undefined): WorkerBuild | null {
  return typeof name === 'string' && typeof id === 'string' ? { name, id } : null;
}
