import type { TenantId, TenantLimits, UpdateTenant } from '@wafleet/contracts';
import { Prisma, type Transaction } from '@wafleet/db';
import type { Vault } from '../../secrets/vault';
import { changeTenant, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';
import { isSameProxy, storeProxy } from '../tenant-proxy';

/**
 * Changes the named fields only. Another proxy than before replaces the worker, in order: a browser keeps the one that it
 * was started with. Other limits are given to it by the supervisor, in a quiet moment.
 * @throws AppError NOT_FOUND, TENANT_ERASING
 */
export async function updateTenant(
  deps: TenantChangeDeps & { vault: Vault },
  tenantId: TenantId,
  input: UpdateTenant,
  by: Actor,
): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, _tenant, now) => {
    const { name, phoneNumber, proxy, sendsPerMinute: perMinute, limits } = input;
    await tx.tenant.update({
      where: { id: tenantId },
      data: {
        ...(name === undefined ? {} : { name }),
        ...(phoneNumber === undefined ? {} : { phoneNumber }),
        ...(limits === undefined ? {} : { limits: storedLimits(limits) }),
      },
    });
    if (proxy !== undefined) await changeProxy(tx, deps.vault, tenantId, proxy);
    if (perMinute !== undefined) {
      await tx.sendPace.upsert({
        where: { tenantId },
        create: { tenantId, perMinute },
        update: { perMinute },
      });
    }
    return [
      {
        tenantId,
        type: 'tenant.updated',
        at: now,
        data: { fields: Object.keys(input).sort().join(','), by },
      },
    ];
  });
}

/** What is as the installation says is left out; where that is all of it, there are none. */
function storedLimits(limits: TenantLimits | null) {
  const own = Object.entries(limits ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return own.length === 0 ? Prisma.DbNull : Object.fromEntries(own);
}

async function changeProxy(
  tx: Transaction,
  vault: Vault,
  tenantId: TenantId,
  proxy: NonNullable<UpdateTenant['proxy']> | null,
): Promise<void> {
  const row = await tx.tenant.findUniqueOrThrow({
    where: { id: tenantId },
    select: { proxyAddress: true, proxySealed: true, worker: { select: { generation: true } } },
  });
  if (await isSameProxy(vault, tenantId, row, proxy)) return;
  await storeProxy(tx, vault, tenantId, proxy);
  await tx.workerProcess.updateMany({
    where: { tenantId },
    data: { replaceGeneration: row.worker?.generation ?? null },
  });
}
