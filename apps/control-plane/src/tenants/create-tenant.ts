import type { CreateTenant, TenantId } from '@wafleet/contracts';
import type { NewId } from '../new-id';
import { commitChange, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';

/** A new tenant with its session and worker, wanted running unless the input says otherwise. Returns its id. */
export async function createTenant(
  deps: TenantChangeDeps & { newId: NewId },
  input: CreateTenant,
  by: Actor,
): Promise<TenantId> {
  const id = deps.newId('ten') as TenantId;
  await commitChange(deps, id, async (tx, now) => {
    await tx.tenant.create({
      data: {
        id,
        name: input.name,
        phoneNumber: input.phoneNumber ?? null,
        desiredState: input.start ? 'RUNNING' : 'STOPPED',
        statusSince: now,
        createdAt: now,
        session: { create: { since: now } },
        worker: { create: {} },
      },
    });
    return [{ tenantId: id, type: 'tenant.created', at: now, data: { name: input.name, by } }];
  });
  return id;
}
