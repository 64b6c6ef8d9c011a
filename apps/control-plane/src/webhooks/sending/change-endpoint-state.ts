import type { TenantId, WebhookProblem } from '@wafleet/contracts';
import type { Transaction, WebhookEndpoint } from '@wafleet/db';
import { noteWebhook } from '../../alerts/causes/note-webhook';
import { lockTenant } from '../../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { NewTenantEvent } from '../../tenants/tenant-events';

/** What sending has found out about an endpoint. */
export type EndpointChange =
  | { kind: 'works' }
  | { kind: 'pause'; reason: WebhookProblem; until: Date }
  | { kind: 'disable'; reason: WebhookProblem };

/**
 * Changes an endpoint and tells it, operators too where it wants nothing more, unless a person has disabled or removed it meanwhile. What waits for an endpoint
 * that is paused is DEAD once it has waited since before `giveUpBefore`. Returns how many died.
 */
export function changeEndpointState(
  deps: { commit: CommitWithEvents; now: () => Date },
  { id: endpointId, tenantId }: { id: string; tenantId: TenantId },
  change: EndpointChange,
  giveUpBefore: Date,
): Promise<number> {
  return deps.commit(async (tx) => {
    const now = deps.now();
    // Whoever changes an endpoint holds its tenant's row.
    const tenant = await lockTenant(tx, tenantId);
    const before = await tx.webhookEndpoint.findUnique({ where: { id: endpointId } });
    if (tenant === null || before === null || before.state === 'DISABLED') return { events: [], result: 0 };
    const columns = columnsAfter(change);
    const isNew = before.state !== columns.state;
    const after = await tx.webhookEndpoint.update({
      where: { id: endpointId },
      data: {
        ...columns,
        failures: change.kind === 'pause' ? before.failures + 1 : 0,
        ...(isNew && { stateSince: now }),
      },
    });
    if (change.kind === 'disable') await noteWebhook(tx, after, true, now);
    const died = change.kind === 'pause' ? await giveUp(tx, endpointId, giveUpBefore, now) : 0;
    return { events: isNew ? [stateEvent(after, now)] : [], result: died };
  });
}

/** @param by the person who decided it; absent for what sending found out */
export function stateEvent(row: WebhookEndpoint, at: Date, by?: string): NewTenantEvent {
  const data = { webhookId: row.id, state: row.state, reason: row.reason, ...(by !== undefined && { by }) };
  return { tenantId: row.tenantId as TenantId, type: 'webhook.state', at, data };
}

function columnsAfter(change: EndpointChange) {
  switch (change.kind) {
    case 'works':
      return { state: 'ACTIVE' as const, reason: null, pausedUntil: null };
    case 'pause':
      return { state: 'PAUSED' as const, reason: change.reason, pausedUntil: change.until };
    case 'disable':
      return { state: 'DISABLED' as const, reason: change.reason, pausedUntil: null };
  }
}

function giveUp(tx: Transaction, endpointId: string, before: Date, now: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE webhook_deliveries SET state = 'DEAD', settled_at = ${now}
    WHERE endpoint_id = ${endpointId} AND state = 'PENDING' AND queued_at < ${before}`;
}
