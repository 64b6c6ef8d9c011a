import type { TenantEvent } from '@wafleet/contracts';
import type { MetricName } from './metric-table';

export interface Count {
  name: MetricName;
  labels: Record<string, string>;
  by: number;
}

/** What an event adds to the counters. */
export function countsOf({ type, data }: TenantEvent): Count[] {
  const one = (name: MetricName, labels: Record<string, string> = {}): Count => ({ name, labels, by: 1 });
  const word = (value: unknown) => (typeof value === 'string' ? value : 'none');
  switch (type) {
    case 'session.state': {
      const entered = one('wafleet_session_transitions_total', { state: word(data['state']) });
      if (data['state'] !== 'RECONNECTING' || data['previous'] === 'RECONNECTING') return [entered];
      return [entered, one('wafleet_reconnects_total', { reason: word(data['reason']) })];
    }
    case 'worker.ended':
      return [one('wafleet_worker_ends_total', { reason: word(data['reason']) })];
    case 'incident.opened':
      return [one('wafleet_incidents_total', { reason: word(data['reason']) })];
    case 'message.received':
      return [one('wafleet_messages_received_total')];
    case 'message.status':
      return [one('wafleet_message_status_total', { status: word(data['status']) })];
    case 'media.stored':
      return [one('wafleet_media_total', { outcome: 'stored' })];
    case 'media.failed':
      return [one('wafleet_media_total', { outcome: 'failed' })];
    case 'outage.recovered':
      return [{ ...one('wafleet_recovered_messages_total'), by: Number(data['recovered']) || 0 }];
    case 'snapshot.taken':
      return [one('wafleet_snapshots_total', { outcome: 'taken' })];
    case 'snapshot.restored':
      return [one('wafleet_snapshots_total', { outcome: 'restored' })];
    case 'snapshot.failed':
      return [
        one('wafleet_snapshots_total', {
          outcome: data['verb'] === 'checked' ? 'bad' : `not_${word(data['verb'])}`,
        }),
      ];
    default:
      return [];
  }
}
