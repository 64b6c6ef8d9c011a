import { AppError, type TenantId } from '@wafleet/contracts';
import { commitChange, lockTenant, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';

/**
 * The tenant is to be erased: from now on nothing of it can be changed, and the supervisor stops its worker, then
 * destroys its files, then its rows. Repeats change nothing. @throws AppError NOT_FOUND
 */
export async function eraseTenant(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await commitChange(deps, tenantId, async (tx, now) => {
    const tenant = await lockTenant(tx, tenantId);
    if (!tenant) throw new AppError('NOT_FOUND');
    if (tenant.desiredState === 'ERASED') return [];
    await tx.tenant.update({ where: { id: tenantId }, data: { desiredState: 'ERASED' } });
    return [{ tenantId, type: 'action.requested', at: now, data: { action: 'erase', by } }];
  });
}
