import type { TenantId } from '@wafleet/contracts';
import { Prisma, type Statements } from '@wafleet/db';

/** Rows of events, with the columns seq, tenant_id, type and data, by the name of a query that gives them. */
type EventRows = 'stored' | 'told';

/**
 * Which endpoint is to be told of which of these events, as columns event_seq, endpoint_id and chat. What is about a
 * message of before the link is told to nobody, nor is an endpoint told of itself.
 */
export function wantedDeliveries(rows: EventRows): Prisma.Sql {
  const events = Prisma.raw(rows);
  // A look-up per event, whatever the planner thinks of how many there are; none where no endpoint is.
  return Prisma.sql`
    SELECT event.seq AS event_seq, endpoint.id AS endpoint_id, COALESCE(message.chat_id, '') AS chat
    FROM webhook_endpoints endpoint
    JOIN ${events} event ON event.tenant_id = endpoint.tenant_id
    LEFT JOIN LATERAL (
      SELECT m.chat_id, m.is_history FROM messages m WHERE m.id = event.data->>'messageId' LIMIT 1
    ) message ON true
    WHERE (cardinality(endpoint.events) = 0 OR event.type = ANY (endpoint.events))
      AND event.data->>'webhookId' IS DISTINCT FROM endpoint.id
      AND message.is_history IS NOT TRUE`;
}

/** The part of the statement that stores events by which their deliveries are stored with them. */
export function queueDeliveries(): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO webhook_deliveries (event_seq, endpoint_id, chat)
    ${wantedDeliveries('stored')} AND endpoint.state <> 'DISABLED'`;
}

/** A chat is known by another name from now on: what waits of it goes on in one order. */
export async function renameChatOfDeliveries(
  tx: Statements,
  tenantId: TenantId,
  former: string,
  chat: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_deliveries d SET chat = ${chat} FROM webhook_endpoints e
    WHERE e.id = d.endpoint_id AND e.tenant_id = ${tenantId} AND d.chat = ${former} AND d.state = 'PENDING'`;
}
