import {
  AppError,
  type CreateTenant,
  type Erasure,
  type ListTenantsQuery,
  type Page,
  type ReconnectView,
  type Tenant,
  type TenantId,
  type TenantStatusView,
  type UpdateTenant,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { NewId } from '../new-id';
import { inBatches } from '../scheduling/batches';
import type { Vault } from '../secrets/vault';
import type { BootsView } from '../supervisor/boot-places';
import type { OperatorAct } from '../supervisor/decide/session-act';
import { acceptNumber } from './changes/accept-number';
import type { TenantChangeDeps } from './changes/change-tenant';
import { createTenant } from './changes/create-tenant';
import { eraseTenant } from './changes/erase-tenant';
import { listTenants } from './list-tenants';
import { readReconnect, reconnectView } from './status/reconnect-view';
import { readStatuses } from './status/read-status';
import { requestAct } from './changes/request-act';
import {
  type Actor,
  requestRestart,
  requestStart,
  requestStop,
  requestTakeOver,
} from './changes/request-run';
import { statusView } from './status/status-view';
import { tenantView } from './tenant-view';
import { updateTenant } from './changes/update-tenant';

/** Whose states are read by one statement. */
const maxStatusesTogether = 100;

/**
 * What callers may ask of tenants. Changes write what is wanted; the supervisor makes it so. Unknown ids reject with
 * NOT_FOUND, changes of a tenant that is being erased with TENANT_ERASING; what each change promises is said at its
 * own function.
 */
export interface TenantService {
  create(input: CreateTenant, by: Actor): Promise<Tenant>;
  list(query: ListTenantsQuery): Promise<Page<Tenant>>;
  get(tenantId: TenantId): Promise<Tenant>;
  statusView(tenantId: TenantId): Promise<TenantStatusView>;
  update(tenantId: TenantId, input: UpdateTenant, by: Actor): Promise<Tenant>;
  requestStart(tenantId: TenantId, by: Actor): Promise<TenantStatusView>;
  requestStop(tenantId: TenantId, by: Actor): Promise<TenantStatusView>;
  requestRestart(tenantId: TenantId, by: Actor, options: { isForced: boolean }): Promise<TenantStatusView>;
  requestTakeOver(tenantId: TenantId, by: Actor): Promise<TenantStatusView>;
  acceptNumber(tenantId: TenantId, by: Actor): Promise<TenantStatusView>;
  requestAct(tenantId: TenantId, by: Actor, act: OperatorAct): Promise<TenantStatusView>;
  reconnectView(tenantId: TenantId): Promise<ReconnectView>;
  erase(tenantId: TenantId, by: Actor): Promise<Erasure>;
  mustExist(tenantId: TenantId): Promise<void>;
}

export function createTenantService(
  deps: TenantChangeDeps & {
    db: Database;
    vault: Vault;
    boots: () => BootsView;
    newId: NewId;
    sendsPerMinute: number;
  },
): TenantService {
  const { db, now } = deps;

  const get = async (tenantId: TenantId): Promise<Tenant> => {
    const row = await db.tenant.findUnique({ where: { id: tenantId } });
    if (!row) throw new AppError('NOT_FOUND');
    return tenantView(row, now());
  };

  const readStatus = inBatches(maxStatusesTogether, (tenantIds: readonly TenantId[]) =>
    readStatuses(db, tenantIds, deps.sendsPerMinute),
  );

  const view = async (tenantId: TenantId): Promise<TenantStatusView> => {
    const row = await readStatus(tenantId);
    if (!row) throw new AppError('NOT_FOUND');
    return statusView(row, now(), deps.boots);
  };

  return {
    get,
    statusView: view,
    list: (query) => listTenants(db, query, now()),
    create: async (input, by) => get(await createTenant(deps, input, by)),
    update: async (tenantId, input, by) => {
      await updateTenant(deps, tenantId, input, by);
      return get(tenantId);
    },
    requestStart: async (tenantId, by) => {
      await requestStart(deps, tenantId, by);
      return view(tenantId);
    },
    requestStop: async (tenantId, by) => {
      await requestStop(deps, tenantId, by);
      return view(tenantId);
    },
    requestRestart: async (tenantId, by, options) => {
      await requestRestart(deps, tenantId, by, options);
      return view(tenantId);
    },
    requestTakeOver: async (tenantId, by) => {
      await requestTakeOver(deps, tenantId, by);
      return view(tenantId);
    },
    acceptNumber: async (tenantId, by) => {
      await acceptNumber(deps, tenantId, by);
      return view(tenantId);
    },
    requestAct: async (tenantId, by, act) => {
      await requestAct(deps, tenantId, by, act);
      return view(tenantId);
    },
    reconnectView: async (tenantId) => {
      const row = await readReconnect(db, tenantId);
      if (!row) throw new AppError('NOT_FOUND');
      return reconnectView(row);
    },
    erase: async (tenantId, by) => {
      await eraseTenant(deps, tenantId, by);
      // Not read again: the supervisor may be done already, and then there is nothing to read.
      return { tenantId, status: 'ERASING' };
    },
    mustExist: async (tenantId) => {
      if (!(await db.tenant.findUnique({ where: { id: tenantId }, select: { id: true } }))) {
        throw new AppError('NOT_FOUND');
      }
    },
  };
}
