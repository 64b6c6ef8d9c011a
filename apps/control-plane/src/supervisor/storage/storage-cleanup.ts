import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { TenantStorage } from '../../drivers/worker-driver';
import type { CleanupTask } from '../../jobs/cleanup';
import type { TrashPolicy } from '../decide/policy';
import { dueInTrash, type TrashAges } from './trash';

export interface StorageCleanupDeps {
  db: Database;
  storage: TenantStorage;
  policy: { trash: TrashPolicy };
  now: () => Date;
  log: Logger;
}

/** So many folders without a tenant can come from tenants that were erased half. */
const fewest = 5;

/**
 * Drops old trash of tenants, and sets aside what carries a tenant's name that no row knows, once it was unknown for a
 * while. What is set aside is kept for long, because it may hold the login of somebody whose row is to be restored.
 */
export function storageCleanup(deps: StorageCleanupDeps): CleanupTask[] {
  const firstSeen = new Map<TenantId, number>();
  return [
    { name: 'old trash', run: () => dropOldTrash(deps) },
    { name: 'folders without a tenant', run: () => setUnknownAside(deps, firstSeen) },
  ];
}

/** What was set aside of this tenant when no row knew it. */
export async function dropSetAside(storage: TenantStorage, tenantId: TenantId): Promise<void> {
  const setAside = (await storage.listTrash(null)).filter(({ name }) => name.endsWith(`-${tenantId}`));
  for (const { name } of setAside) await storage.dropTrash(null, name);
}

async function dropOldTrash(deps: StorageCleanupDeps): Promise<void> {
  const { trash } = deps.policy;
  const ofTenants = { days: trash.unknownDays, damagedDays: trash.unknownDays, keep: Infinity };
  const failures: unknown[] = [];
  for (const tenantId of [...(await deps.storage.list()), null])
    await dropOldOf(deps, tenantId, tenantId === null ? ofTenants : trash).catch((error: unknown) =>
      failures.push(error),
    );
  if (failures.length > 0) throw new AggregateError(failures, 'some trash could not be dropped');
}

async function dropOldOf(
  { storage, now, log }: StorageCleanupDeps,
  tenantId: TenantId | null,
  policy: TrashAges,
): Promise<void> {
  for (const name of dueInTrash(await storage.listTrash(tenantId), now().getTime(), policy)) {
    await storage.dropTrash(tenantId, name);
    log.info({ tenantId, name }, 'old trash dropped');
  }
}

async function setUnknownAside(
  { db, storage, policy, now, log }: StorageCleanupDeps,
  firstSeen: Map<TenantId, number>,
): Promise<void> {
  const found = await storage.list();
  const rows = await db.tenant.findMany({ where: { id: { in: found } }, select: { id: true } });
  const known = new Set(rows.map(({ id }) => id));
  const unknown = found.filter((tenantId) => !known.has(tenantId));
  for (const tenantId of firstSeen.keys()) if (!unknown.includes(tenantId)) firstSeen.delete(tenantId);
  // An old copy of the database, or another installation's folder: nothing that a machine can put in order.
  if (unknown.length >= fewest && unknown.length > known.size) {
    log.error(
      { unknown: unknown.length, known: known.size },
      'most folders belong to no tenant; they are left',
    );
    return;
  }
  const at = now().getTime();
  for (const tenantId of unknown) {
    const since = firstSeen.get(tenantId) ?? at;
    firstSeen.set(tenantId, since);
    if (at - since < policy.trash.unknownGraceMs) continue;
    const path = await storage.setAside(tenantId);
    firstSeen.delete(tenantId);
    log.warn({ tenantId, path }, 'folder without a tenant set aside');
  }
}
