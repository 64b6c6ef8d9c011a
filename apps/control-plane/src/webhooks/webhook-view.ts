import {
  type TenantEventType,
  type Webhook,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookProblem,
  webhookProblems,
} from '@wafleet/contracts';
import type {
  WebhookAttempt as AttemptRow,
  WebhookDelivery as DeliveryRow,
  TenantEvent as EventRow,
  WebhookEndpoint as EndpointRow,
} from '@wafleet/db';
import { formatEventId } from '../live/event-id';

/** An endpoint as the API shows it: never its secrets. */
export function webhookView(row: EndpointRow, now: Date): Webhook {
  const { previousUntil } = row;
  return {
    id: row.id,
    tenantId: row.tenantId,
    url: row.url,
    events: row.events.length === 0 ? null : (row.events as TenantEventType[]),
    description: row.description,
    state: row.state,
    stateSince: row.stateSince.toISOString(),
    reason: problemView(row.reason),
    nextAttemptAt: row.state === 'PAUSED' ? (row.pausedUntil?.toISOString() ?? null) : null,
    previousSecretUntil: previousUntil !== null && previousUntil > now ? previousUntil.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
  };
}

export function deliveryView(
  row: DeliveryRow & { event: EventRow; endpoint: Pick<EndpointRow, 'state' | 'pausedUntil'> },
  epoch: string,
): WebhookDelivery {
  const id = formatEventId(epoch, row.eventSeq);
  const { event, endpoint } = row;
  const isWaiting = row.state === 'PENDING' && endpoint.state === 'PAUSED';
  return {
    id,
    webhookId: row.endpointId,
    state: row.state,
    event: {
      id,
      type: event.type as TenantEventType,
      tenantId: event.tenantId,
      at: event.at.toISOString(),
      data: event.data as Record<string, unknown>,
    },
    attempts: row.attempts,
    responseCode: row.responseCode,
    problem: problemView(row.problem),
    queuedAt: row.queuedAt.toISOString(),
    lastAttemptAt: row.lastAttemptAt?.toISOString() ?? null,
    nextAttemptAt: isWaiting ? (endpoint.pausedUntil?.toISOString() ?? null) : null,
  };
}

export function attemptView(row: AttemptRow): WebhookAttempt {
  const { at, durationMs, responseCode, problem } = row;
  return { at: at.toISOString(), durationMs, responseCode, problem: problemView(problem) };
}

function problemView(code: string | null): Webhook['reason'] {
  if (code === null) return null;
  return { code: code as WebhookProblem, explanation: webhookProblems[code as WebhookProblem] };
}
