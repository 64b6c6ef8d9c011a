import {
  AppError,
  type ListWebhookDeliveriesQuery,
  type Page,
  type TenantId,
  type WebhookDelivery,
  type WebhookDeliveryDetails,
  type WebhookReplay,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { seqOfEventId } from '../live/event-id';
import { decodeCursor, pageFrom } from '../page-cursor';
import { wantedDeliveries } from './queue-deliveries';
import { attemptView, deliveryView } from './webhook-view';

/** What was and is to be sent to endpoints. A replay sends under the same `webhook-id` again, in the order of its chat. */
export interface WebhookDeliveries {
  /** Newest first. @throws AppError NOT_FOUND, INVALID_INPUT naming cursor */
  list(
    tenantId: TenantId,
    webhookId: string,
    query: ListWebhookDeliveriesQuery,
  ): Promise<Page<WebhookDelivery>>;
  /** One, with what came of its latest attempts. @throws AppError NOT_FOUND */
  get(tenantId: TenantId, webhookId: string, deliveryId: string): Promise<WebhookDeliveryDetails>;
  /** Has one sent again, whatever became of it; one that waits is left as it is. @throws AppError NOT_FOUND */
  replay(tenantId: TenantId, webhookId: string, deliveryId: string): Promise<WebhookDelivery>;
  /**
   * Has everything sent that happened since then and the endpoint is to be told of, also what it missed while it was
   * disabled, or before it was there; oldest first, as much as one call takes. @throws AppError NOT_FOUND
   */
  replaySince(tenantId: TenantId, webhookId: string, since: Date): Promise<WebhookReplay>;
}

const maxReplayed = 10_000;
const shown = { event: true, endpoint: { select: { state: true, pausedUntil: true } } } as const;

export function createWebhookDeliveries(deps: {
  db: Database;
  epoch: string;
  sender: { changed(tenantId: TenantId, endpointId: string): void };
  now: () => Date;
}): WebhookDeliveries {
  const { db, epoch, sender, now } = deps;

  return {
    async list(tenantId, webhookId, { state, limit, cursor }) {
      const before =
        cursor === undefined ? undefined : BigInt(decodeCursor('deliveries', /^\d{1,18}$/, cursor));
      await mustExist(tenantId, webhookId);
      const rows = await db.webhookDelivery.findMany({
        where: {
          endpointId: webhookId,
          ...(state !== undefined && { state }),
          ...(before !== undefined && { eventSeq: { lt: before } }),
        },
        orderBy: { eventSeq: 'desc' },
        take: limit + 1,
        include: shown,
      });
      const page = pageFrom('deliveries', rows, limit, ({ eventSeq }) => String(eventSeq));
      return { ...page, items: page.items.map((row) => deliveryView(row, epoch)) };
    },

    async get(tenantId, webhookId, deliveryId) {
      const row = await db.webhookDelivery.findUnique({
        where: {
          eventSeq_endpointId: { eventSeq: seqOf(deliveryId), endpointId: webhookId },
          endpoint: { tenantId },
        },
        include: { ...shown, attemptLog: { orderBy: { id: 'asc' } } },
      });
      if (!row) throw new AppError('NOT_FOUND');
      return { ...deliveryView(row, epoch), attemptLog: row.attemptLog.map(attemptView) };
    },

    async replay(tenantId, webhookId, deliveryId) {
      await mustExist(tenantId, webhookId);
      const eventSeq = seqOf(deliveryId);
      const isSettled = { endpointId: webhookId, eventSeq, state: { not: 'PENDING' as const } };
      await db.webhookDelivery.updateMany({ where: isSettled, data: { ...asNew, queuedAt: now() } });
      const key = { eventSeq, endpointId: webhookId };
      const row = await db.webhookDelivery.findUnique({
        where: { eventSeq_endpointId: key },
        include: shown,
      });
      if (!row) throw new AppError('NOT_FOUND');
      sender.changed(tenantId, webhookId);
      return deliveryView(row, epoch);
    },

    async replaySince(tenantId, webhookId, since) {
      await mustExist(tenantId, webhookId);
      const [outcome] = await db.$queryRaw<{ replayed: number; last: Date | null }[]>`
        WITH told AS (
          SELECT seq, tenant_id, type, data FROM tenant_events WHERE tenant_id = ${tenantId} AND at >= ${since}),
        wanted AS (
          ${wantedDeliveries('told')} AND endpoint.id = ${webhookId} ORDER BY event.seq LIMIT ${maxReplayed}),
        queued AS (
          INSERT INTO webhook_deliveries AS d (event_seq, endpoint_id, chat, queued_at)
          SELECT event_seq, endpoint_id, chat, ${now()} FROM wanted
          ON CONFLICT (event_seq, endpoint_id) DO UPDATE
            SET state = 'PENDING', attempts = 0, queued_at = excluded.queued_at, settled_at = NULL)
        SELECT count(*)::int AS replayed, max(e.at) AS last
        FROM wanted JOIN tenant_events e ON e.seq = wanted.event_seq`;
      const { replayed = 0, last = null } = outcome ?? {};
      if (replayed > 0) sender.changed(tenantId, webhookId);
      return { replayed, nextSince: replayed < maxReplayed ? null : (last?.toISOString() ?? null) };
    },
  };

  function seqOf(deliveryId: string): bigint {
    const seq = seqOfEventId(epoch, deliveryId);
    if (seq === null) throw new AppError('NOT_FOUND');
    return seq;
  }

  async function mustExist(tenantId: TenantId, id: string): Promise<void> {
    const row = await db.webhookEndpoint.findFirst({ where: { id, tenantId }, select: { id: true } });
    if (!row) throw new AppError('NOT_FOUND');
  }
}

const asNew = { state: 'PENDING', attempts: 0, settledAt: null } as const;
