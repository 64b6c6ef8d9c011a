import {
  AppError,
  type CreatedWebhook,
  type CreateWebhook,
  idPrefixes,
  maxWebhooks,
  type RotateWebhookSecret,
  type TenantId,
  type UpdateWebhook,
  type Webhook,
} from '@wafleet/contracts';
import type { Database, Transaction, WebhookEndpoint } from '@wafleet/db';
import { noteWebhook } from '../alerts/causes/note-webhook';
import { addressProblem } from '../egress/public-address';
import type { NewId } from '../new-id';
import type { Vault } from '../secrets/vault';
import { lockTenant } from '../tenants/changes/change-tenant';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { Actor } from '../tenants/changes/request-run';
import type { NewTenantEvent } from '../tenants/tenant-events';
import { stateEvent } from './sending/change-endpoint-state';
import { createSecret } from './endpoint-secrets';
import type { WebhookPolicy } from './webhook-policy';
import { webhookView } from './webhook-view';

/** Endpoints of tenants' own programs. Each change is told in the tenant's story; secrets are shown once, here. */
export interface WebhookService {
  /** Newest first. */
  list(tenantId: TenantId): Promise<Webhook[]>;
  /** @throws AppError NOT_FOUND */
  get(tenantId: TenantId, webhookId: string): Promise<Webhook>;
  /** @throws AppError NOT_FOUND, TENANT_ERASING, TOO_MANY, INVALID_INPUT for an address that is never sent to */
  create(tenantId: TenantId, input: CreateWebhook, by: Actor): Promise<CreatedWebhook>;
  /** @throws AppError NOT_FOUND, TENANT_ERASING, INVALID_INPUT */
  update(tenantId: TenantId, webhookId: string, input: UpdateWebhook, by: Actor): Promise<Webhook>;
  /** With its deliveries; repeats change nothing. @throws AppError NOT_FOUND for the tenant, TENANT_ERASING */
  remove(tenantId: TenantId, webhookId: string, by: Actor): Promise<void>;
  /** The secret of before goes on signing for a time. @throws AppError NOT_FOUND, TENANT_ERASING */
  rotateSecret(
    tenantId: TenantId,
    webhookId: string,
    input: RotateWebhookSecret,
    by: Actor,
  ): Promise<CreatedWebhook>;
}

export interface WebhookServiceDeps {
  db: Database;
  commit: CommitWithEvents;
  vault: Pick<Vault, 'seal'>;
  policy: Pick<WebhookPolicy, 'allowHttp' | 'networks'>;
  /** Sends by what an endpoint is now; safe to call for one that is gone. */
  sender: { changed(tenantId: TenantId, endpointId: string): void };
  newId: NewId;
  now: () => Date;
}

export function createWebhookService(deps: WebhookServiceDeps): WebhookService {
  const { db, vault, newId } = deps;

  return {
    async list(tenantId) {
      const rows = await db.webhookEndpoint.findMany({ where: { tenantId }, orderBy: { id: 'desc' } });
      return rows.map((row) => webhookView(row, deps.now()));
    },

    async get(tenantId, webhookId) {
      return webhookView(mustExist(await find(db, tenantId, webhookId)), deps.now());
    },

    create(tenantId, { url, events, description }, by) {
      requireAddress(url);
      const id = newId(idPrefixes.webhook);
      return change(tenantId, id, async (tx, now) => {
        if ((await tx.webhookEndpoint.count({ where: { tenantId } })) >= maxWebhooks)
          throw new AppError('TOO_MANY');
        const { secret, sealed } = await createSecret(tx, vault, tenantId, id);
        const columns = { url, events: events ?? [], description, secretSealed: sealed };
        const row = await tx.webhookEndpoint.create({
          data: { id, tenantId, ...columns, stateSince: now, createdAt: now },
        });
        return {
          events: [requested('add_webhook', tenantId, id, by, now)],
          result: { ...webhookView(row, now), secret },
        };
      });
    },

    update(tenantId, webhookId, { isEnabled, ...changes }, by) {
      if (changes.url !== undefined) requireAddress(changes.url);
      return change(tenantId, webhookId, async (tx, now) => {
        const before = mustExist(await find(tx, tenantId, webhookId));
        // What was wrong with one address says nothing about another.
        const endsPause = changes.url !== undefined && before.state === 'PAUSED';
        const isOn = isEnabled ?? (endsPause ? true : undefined);
        const switched = isOn === undefined ? null : switchedTo(isOn, before, now);
        const { events, ...columns } = changes;
        const row = await tx.webhookEndpoint.update({
          where: { id: webhookId },
          data: { ...columns, ...(events !== undefined && { events: events ?? [] }), ...switched },
        });
        if (switched !== null) await noteWebhook(tx, row, false, now);
        const told = [
          ...(Object.keys(changes).length === 0
            ? []
            : [requested('change_webhook', tenantId, webhookId, by, now)]),
          ...(switched === null || row.state === before.state ? [] : [stateEvent(row, now, by)]),
        ];
        return { events: told, result: webhookView(row, now) };
      });
    },

    remove(tenantId, webhookId, by) {
      return change(tenantId, webhookId, async (tx, now) => {
        const row = await find(tx, tenantId, webhookId);
        if (row === null) return { events: [], result: undefined };
        await tx.webhookEndpoint.delete({ where: { id: webhookId } });
        await noteWebhook(tx, row, false, now);
        return { events: [requested('remove_webhook', tenantId, webhookId, by, now)], result: undefined };
      });
    },

    rotateSecret(tenantId, webhookId, { keepSeconds }, by) {
      return change(tenantId, webhookId, async (tx, now) => {
        const before = mustExist(await find(tx, tenantId, webhookId));
        const { secret, sealed } = await createSecret(tx, vault, tenantId, webhookId);
        const row = await tx.webhookEndpoint.update({
          where: { id: webhookId },
          data: {
            secretSealed: sealed,
            previousSealed: keepSeconds === 0 ? null : before.secretSealed,
            previousUntil: keepSeconds === 0 ? null : new Date(now.getTime() + keepSeconds * 1_000),
          },
        });
        const events = [requested('rotate_webhook_secret', tenantId, webhookId, by, now)];
        return { events, result: { ...webhookView(row, now), secret } };
      });
    },
  };

  async function change<T>(
    tenantId: TenantId,
    webhookId: string,
    work: (tx: Transaction, now: Date) => Promise<{ events: NewTenantEvent[]; result: T }>,
  ): Promise<T> {
    const result = await deps.commit(async (tx) => {
      const tenant = await lockTenant(tx, tenantId);
      if (!tenant) throw new AppError('NOT_FOUND');
      if (tenant.desiredState === 'ERASED') throw new AppError('TENANT_ERASING');
      return work(tx, deps.now());
    });
    deps.sender.changed(tenantId, webhookId);
    return result;
  }

  /** Told at once rather than by a pause; a name is judged when it is connected to. */
  function requireAddress(url: string): void {
    const { allowHttp, networks } = deps.policy;
    const message = addressProblem(new URL(url), { allowHttp, allowed: networks });
    if (message !== null) throw new AppError('INVALID_INPUT', { fields: [{ field: 'url', message }] });
  }
}

function find(client: Pick<Transaction, 'webhookEndpoint'>, tenantId: TenantId, id: string) {
  return client.webhookEndpoint.findFirst({ where: { id, tenantId } });
}

function mustExist(row: WebhookEndpoint | null): WebhookEndpoint {
  if (!row) throw new AppError('NOT_FOUND');
  return row;
}

/** A person's word ends a pause too: what waits is tried now. */
function switchedTo(isEnabled: boolean, before: WebhookEndpoint, now: Date) {
  const state = isEnabled ? ('ACTIVE' as const) : ('DISABLED' as const);
  const stateSince = before.state === state ? before.stateSince : now;
  // What it answered 410 to stays the reason.
  const reason = isEnabled ? null : before.state === 'DISABLED' ? before.reason : 'switched_off';
  return { state, stateSince, reason, failures: 0, pausedUntil: null };
}

function requested(
  action: string,
  tenantId: TenantId,
  webhookId: string,
  by: Actor,
  at: Date,
): NewTenantEvent {
  return { tenantId, type: 'action.requested', at, data: { action, webhookId, by } };
}
