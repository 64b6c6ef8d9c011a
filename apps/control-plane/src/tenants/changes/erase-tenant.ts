import { AppError, type TenantId } from '@wafleet/contracts';
import { commitChange, lockTenant, type TenantChangeDeps } from './change-tenant';
import { noteErasure } from '../../privacy/erasures';
import type { Actor } from './request-run';

/**
 * The tenant is to be erased: from now on nothing of it can be changed, its programs' keys open nothing, and what waits
 * is not sent. The supervisor unlinks its device, stops its worker, then destroys its files, then its rows; a receipt stays. Repeats change nothing. @throws AppError NOT_FOUND
 */
export async function eraseTenant(deps: TenantChangeDeps, tenantId: TenantId, by: Actor): Promise<void> {
  await commitChange(deps, tenantId, async (tx, now) => {
    const tenant = await lockTenant(tx, tenantId);
    if (!tenant) throw new AppError('NOT_FOUND');
    if (tenant.desiredState === 'ERASED') return [];
    await tx.tenant.update({ where: { id: tenantId }, data: { desiredState: 'ERASED' } });
    await noteErasure(tx, tenantId, { at: now, by });
    await tx.message.updateMany({
      where: { tenantId, status: { in: ['SCHEDULED', 'QUEUED'] } },
      data: { status: 'CANCELLED' },
    });
    await tx.apiKey.updateMany({ where: { tenantId, revokedAt: null }, data: { revokedAt: now } });
    return [{ tenantId, type: 'action.requested', at: now, data: { action: 'erase', by } }];
  });
}
