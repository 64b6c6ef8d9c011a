import type { CreateTenant, TenantId } from '@wafleet/contracts';
import type { NewId } from '../../new-id';
import type { Vault } from '../../secrets/vault';
import { commitChange, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';
import { storeProxy } from '../tenant-proxy';

/** A new tenant with its session and worker, wanted running unless the input says otherwise. Returns its id. */
export async function createTenant(
  deps: TenantChangeDeps & { newId: NewId; vault: Pick<Vault, 'seal'> },
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
    if (input.proxy) await storeProxy(tx, deps.vault, id, input.proxy);
    return [{ tenantId: id, type: 'tenant.created', at: now, data: { name: input.name, by } }];
  });
  return id;
}
