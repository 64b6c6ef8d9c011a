import type { TenantEvent, TenantEventType, TenantId } from '@wafleet/contracts';
import type { Logger } from '@wafleet/runtime';
import type { EventBus } from '../live/event-bus';

/**
 * One line per transition, in the tenant's log: read alone, it tells what happened. Traffic is left to debug.
 * Returns the function that ends it.
 */
export function keepStoryLog(
  bus: Pick<EventBus, 'subscribe'>,
  logs: { forTenant(tenantId: TenantId): Logger },
): () => void {
  const loggers = new Map<string, Logger>();
  return bus.subscribe(({ type, tenantId, data }) => {
    const log = loggers.get(tenantId) ?? logs.forTenant(tenantId as TenantId);
    loggers.set(tenantId, log);
    // Names are what people call things, and outlive in logs what is erased.
    const { name: _name, ...fields } = data;
    log[levelOf(type, data)](fields, messages[type]);
    if (type === 'tenant.erased') loggers.delete(tenantId);
  });
}

const messages: Record<TenantEventType, string> = {
  'tenant.created': 'tenant created',
  'tenant.updated': 'tenant updated',
  'tenant.erased': 'tenant erased',
  'tenant.status': 'tenant status changed',
  'session.state': 'session state changed',
  'session.qr': 'new QR shown',
  'message.received': 'message received',
  'message.sent_from_phone': 'message sent from the phone',
  'message.status': 'message status changed',
  'message.edited': 'message edited',
  'message.revoked': 'message deleted for everybody',
  'message.reaction': 'reaction to a message changed',
  'message.vote': 'vote in a poll changed',
  'media.stored': 'media stored',
  'media.failed': 'media not fetched',
  'group.changed': 'group changed',
  'outage.recovered': 'messages of an outage found',
  'snapshot.taken': 'snapshot taken',
  'snapshot.failed': 'snapshot failed',
  'snapshot.restored': 'snapshot restored',
  'worker.started': 'worker started',
  'worker.ended': 'worker ended',
  'action.requested': 'action requested',
  'key.created': 'key created',
  'key.revoked': 'key revoked',
  'incident.opened': 'incident opened',
  'incident.resolved': 'incident resolved',
  'webhook.state': 'webhook state changed',
};

const troubled: unknown[] = ['ERROR', 'RECOVERING', 'RECONNECTING', 'LOGGED_OUT'];

function levelOf(type: TenantEventType, data: TenantEvent['data']): 'debug' | 'info' | 'warn' {
  if (type.startsWith('message.') || type === 'group.changed' || type === 'session.qr') return 'debug';
  if (type === 'media.stored') return 'debug';
  if (type === 'incident.opened' || type === 'snapshot.failed') return 'warn';
  if (type === 'worker.ended') return data.reason === null ? 'info' : 'warn';
  if (type === 'webhook.state') return data.state === 'ACTIVE' ? 'info' : 'warn';
  return troubled.includes(data.status ?? data.state) ? 'warn' : 'info';
}
