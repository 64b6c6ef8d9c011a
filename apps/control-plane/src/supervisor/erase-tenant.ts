import type { TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { WorkerDriver } from '../drivers/worker-driver';
import { noteDevice, noteErasure, readLogin } from '../privacy/erasures';
import type { CommitWithEvents } from '../tenants/commit-with-events';

export interface EraseTenantDeps {
  db: Database;
  commit: CommitWithEvents;
  driver: Pick<WorkerDriver, 'kill' | 'remove'>;
  /** Drops what else is kept of a tenant outside of its rows. Repeats do nothing. */
  forgetTenant: (tenantId: TenantId) => Promise<void>;
  now: () => Date;
  log: Logger;
}

const batchSize = 5_000;

/**
 * Erases a tenant whose worker has ended. Every step may be repeated, and the row of the tenant goes last: whatever
 * interrupts this, the next pass begins anew. First goes the key that opens what is encrypted, wherever copies of
 * that lie; the receipt is closed with the row.
 */
export async function eraseTenant(deps: EraseTenantDeps, tenantId: TenantId): Promise<void> {
  const { db } = deps;
  await deps.driver.kill(tenantId);
  await openReceipt(deps, tenantId);
  await db.tenantKey.deleteMany({ where: { tenantId } });
  await deps.driver.remove(tenantId);
  const at = deps.now();
  await deps.commit(async () => ({
    events: [{ tenantId, type: 'tenant.erased', at, data: {} }],
    result: undefined,
  }));
  await deps.forgetTenant(tenantId);
  await deleteInBatches(db, tenantId);
  await db.$transaction([
    db.tenant.deleteMany({ where: { id: tenantId, desiredState: 'ERASED' } }),
    db.erasure.updateMany({ where: { tenantId, endedAt: null }, data: { endedAt: deps.now() } }),
  ]);
  deps.log.info({ tenantId }, 'tenant erased');
}

/** What there was is counted once, before any of it goes. */
async function openReceipt({ db, now }: EraseTenantDeps, tenantId: TenantId): Promise<void> {
  // The wish of before there were receipts.
  await db.$transaction((tx) => noteErasure(tx, tenantId, { at: now(), by: 'operator' }));
  await noteDevice(db, tenantId, (await readLogin(db, tenantId)) === 'none' ? 'unlinked' : 'not_unlinked');
  const [messages, media, events, exports] = await Promise.all([
    db.message.count({ where: { tenantId } }),
    db.media.count({ where: { tenantId } }),
    db.tenantEvent.count({ where: { tenantId } }),
    db.export.count({ where: { tenantId } }),
  ]);
  await db.erasure.updateMany({
    where: { tenantId, messages: null },
    data: { messages, media, events, exports },
  });
}

/** With the tenant's row goes all that is left; what there may be millions of goes before, a part at a time. */
async function deleteInBatches(db: Database, tenantId: TenantId): Promise<void> {
  const parts = [
    () => db.$executeRaw`
      DELETE FROM messages WHERE id IN (
        SELECT id FROM messages WHERE tenant_id = ${tenantId} LIMIT ${batchSize})`,
    () => db.$executeRaw`
      DELETE FROM tenant_events WHERE seq IN (
        SELECT seq FROM tenant_events WHERE tenant_id = ${tenantId} LIMIT ${batchSize})`,
  ];
  for (const deletePart of parts) while ((await deletePart()) === batchSize);
}
