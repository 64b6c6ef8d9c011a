import type { TenantEventType, TenantId, WebhookPayload } from '@wafleet/contracts';
import type { Database, WebhookEndpoint } from '@wafleet/db';
import { formatEventId } from '../../live/event-id';
import { messageView } from '../../messages/reading/message-view';
import { readMessages } from '../../messages/reading/read-messages';

/** A delivery that waits, with the event that it is about. */
export interface WaitingDelivery {
  seq: bigint;
  chat: string;
  attempts: number;
  type: TenantEventType;
  tenantId: TenantId;
  at: Date;
  data: Record<string, unknown>;
}

/** Endpoints that are told anything now: neither disabled, nor of a tenant that is being erased. */
export async function findEndpoints(
  db: Database,
  now: Date,
): Promise<{ id: string; tenantId: TenantId; isDue: boolean }[]> {
  return db.$queryRaw`
    SELECT e.id, e.tenant_id AS "tenantId",
      COALESCE(e.paused_until <= ${now}, true) AND EXISTS (
        SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.state = 'PENDING') AS "isDue"
    FROM webhook_endpoints e JOIN tenants t ON t.id = e.tenant_id
    WHERE e.state <> 'DISABLED' AND t.desired_state <> 'ERASED'`;
}

/** What sending needs of an endpoint. */
export type TargetEndpoint = Omit<
  WebhookEndpoint,
  'description' | 'createdAt' | 'events' | 'stateSince' | 'reason'
>;

/** Null for one that is told nothing now. */
export async function findEndpoint(db: Database, id: string): Promise<TargetEndpoint | null> {
  const [endpoint = null] = await db.statements.$queryRaw<TargetEndpoint[]>`
    SELECT
      e.id, e.tenant_id AS "tenantId", e.url, e.state::text AS state, e.failures, e.paused_until AS "pausedUntil",
      e.secret_sealed AS "secretSealed", e.previous_sealed AS "previousSealed", e.previous_until AS "previousUntil"
    FROM webhook_endpoints e JOIN tenants t ON t.id = e.tenant_id
    WHERE e.id = ${id} AND e.state <> 'DISABLED' AND t.desired_state <> 'ERASED'`;
  return endpoint;
}

/** Rows that are looked through for those that wait. */
const window = 200;

/** What is on its way of one chat: by the chat's name as it was read, and the last of the run. */
export interface UnderWay {
  chat: string;
  lastSeq: bigint;
}

/**
 * The oldest that wait for this endpoint, but for chats of which something is under way, in the order of their events; of
 * each chat from its first on, without a gap, and no more than `maxPerChat`. A chat may have got another name since its run
 * began: the last of the run has it too, for as long as the run goes on.
 */
export function findWaiting(
  db: Database,
  endpointId: string,
  underWay: readonly UnderWay[],
  maxPerChat: number,
): Promise<WaitingDelivery[]> {
  const chats = underWay.map(({ chat }) => chat);
  const seqs = underWay.map(({ lastSeq }) => lastSeq);
  return db.statements.$queryRaw`
    SELECT d.event_seq AS seq, d.chat, d.attempts, e.type, e.tenant_id AS "tenantId", e.at, e.data
    FROM (
      SELECT oldest.*, row_number() OVER (PARTITION BY chat ORDER BY event_seq) AS place
      FROM (
        SELECT event_seq, chat, attempts FROM webhook_deliveries
        WHERE endpoint_id = ${endpointId} AND state = 'PENDING' AND chat <> ALL (${chats}::text[])
          AND chat <> ALL (ARRAY(
            SELECT chat FROM webhook_deliveries
            WHERE endpoint_id = ${endpointId} AND event_seq = ANY (${seqs}::bigint[])))
        ORDER BY event_seq LIMIT ${window}) oldest) d
    JOIN tenant_events e ON e.seq = d.event_seq
    WHERE d.place <= ${maxPerChat}
    ORDER BY d.event_seq`;
}

/** What is sent of each, read at this moment. */
export async function payloadsOf(
  db: Database,
  epoch: string,
  deliveries: readonly WaitingDelivery[],
): Promise<Map<bigint, WebhookPayload>> {
  const ids = new Set(deliveries.flatMap(({ data }) => messageIdOf(data) ?? []));
  const rows = ids.size === 0 ? [] : await readMessages(db, [...ids]);
  const messages = new Map(rows.map((row) => [`${row.tenantId} ${row.id}`, messageView(row)]));
  return new Map(
    deliveries.map(({ seq, type, tenantId, at, data }) => {
      const message = messages.get(`${tenantId} ${messageIdOf(data)}`) ?? null;
      return [seq, { id: formatEventId(epoch, seq), type, tenantId, at: at.toISOString(), data, message }];
    }),
  );
}

function messageIdOf(data: Record<string, unknown>): string | null {
  return typeof data['messageId'] === 'string' ? data['messageId'] : null;
}
