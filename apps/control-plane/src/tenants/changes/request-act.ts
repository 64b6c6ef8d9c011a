import type { TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import { strongerAct, type OperatorAct, type SessionAct } from '../../supervisor/decide/session-act';
import { changeTenant, requireHere, type LockedTenant, type TenantChangeDeps } from './change-tenant';
import type { Actor } from './request-run';

/**
 * Something is to be done to the tenant's session, from whatever state it is in; the supervisor does it, and starts the
 * session again where it is wanted. Asked for again before it is done, it is done once; a milder act than the one that is
 * under way is part of that.
 */
export async function requestAct(
  deps: TenantChangeDeps,
  tenantId: TenantId,
  by: Actor,
  act: OperatorAct,
): Promise<void> {
  await changeTenant(deps, tenantId, async (tx, tenant, now) => {
    requireHere(tenant);
    const worker = await tx.workerProcess.findUniqueOrThrow({ where: { tenantId } });
    if (act === 'logout' && (worker.pendingAct === act || (await isLoggedOut(tx, tenant, tenantId))))
      return [];
    const pendingAct = strongerAct(worker.pendingAct as SessionAct | null, act);
    await tx.workerProcess.update({ where: { tenantId }, data: { pendingAct } });
    if (act === 'reset_reconnect')
      await tx.tenant.update({ where: { id: tenantId }, data: { parkedReason: null } });
    const data = { action: act.replace('_', '-'), by };
    return [{ tenantId, type: 'action.requested', at: now, data }];
  });
}

/** Nothing is left that could be logged out, and nothing will start by itself. */
async function isLoggedOut(
  tx: Transaction,
  { parkedReason }: LockedTenant,
  tenantId: TenantId,
): Promise<boolean> {
  const { state, accountId } = await tx.whatsappSession.findUniqueOrThrow({ where: { tenantId } });
  return parkedReason !== null && state === 'LOGGED_OUT' && accountId === null;
}
