import type { TenantId, UpdateTenant } from '@wafleet/contracts';
import { changeTenant, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';

/** Changes the named fields only. @throws AppError NOT_FOUND, TENANT_ERASING */
export async function updateTenant(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  input: UpdateTenant,
  by: Actor,
): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, _tenant, now) => {
    const { name, phoneNumber } = input;
    await tx.tenant.update({
      where: { id: tenantId },
      data: {
        ...(name === undefined ? {} : { name }),
        ...(phoneNumber === undefined ? {} : { phoneNumber }),
      },
    });
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
