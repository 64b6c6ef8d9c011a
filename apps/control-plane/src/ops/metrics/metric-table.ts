/** Every metric that is told, once: `docs/metrics.md`, the dashboard and the alert rules are held equal to it by a test. */
interface MetricRow {
  kind: 'gauge' | 'counter';
  help: string;
  labels: readonly string[];
}

const gauge = (help: string, ...labels: string[]): MetricRow => ({ kind: 'gauge', help, labels });
const counter = (help: string, ...labels: string[]): MetricRow => ({ kind: 'counter', help, labels });

export const metricTable = {
  wafleet_active: gauge('1 while this control plane is the active one, 0 while it stands by'),
  wafleet_trouble: gauge('1 while the control plane has this trouble', 'trouble'),
  wafleet_free_bytes: gauge('Free space where data and tenants lie, the least of them'),
  wafleet_tenants: gauge('Tenants by status, as it is shown', 'status'),
  wafleet_tenants_by_reason: gauge('Tenants that are not well, by the reason that is shown', 'reason'),
  wafleet_workers: gauge('Workers by what the supervisor knows of them', 'status'),
  wafleet_worker_builds: gauge('Workers that run, by the build of the worker', 'build'),
  wafleet_rollout_tenants: gauge('Tenants of the newest rollout, by how far it has come to them', 'state'),
  wafleet_sessions: gauge('Sessions by state', 'state'),
  wafleet_session_transitions_total: counter('Changes of a session, by the state that was entered', 'state'),
  wafleet_reconnects_total: counter('Reconnecting began, by what it began for', 'reason'),
  wafleet_worker_ends_total: counter('Workers that ended, by why; none where it was asked for', 'reason'),
  wafleet_incidents_total: counter('Incidents that were opened', 'reason'),
  wafleet_alerts_open: gauge('Alerts to operators that are open'),
  wafleet_messages_received_total: counter('Messages that came'),
  wafleet_message_status_total: counter('Messages of ours, by the status that they came to', 'status'),
  wafleet_media_total: counter('Media of messages that came, by outcome', 'outcome'),
  wafleet_recovered_messages_total: counter('Messages that were found after an outage'),
  wafleet_webhook_attempts_total: counter('Attempts to tell a webhook, by outcome', 'outcome'),
  wafleet_queue_depth: gauge('What waits, by queue', 'queue'),
  wafleet_queue_oldest_seconds: gauge('For how long the oldest of it has waited', 'queue'),
  wafleet_snapshots_total: counter('Snapshots, by what became of them', 'outcome'),
  wafleet_tenants_without_snapshot: gauge(
    'Linked tenants whose newest snapshot is over two days old, bad, or none',
  ),
  wafleet_tenant_up: gauge('1 while the tenant is ACTIVE', 'tenant'),
  wafleet_tenant_memory_bytes: gauge('Memory of the tenant, of its node or its browser', 'tenant', 'part'),
  wafleet_tenant_container_bytes: gauge('Memory of the tenant’s container, with caches of files', 'tenant'),
  wafleet_tenant_container_limit_bytes: gauge('The most memory that its container may use', 'tenant'),
  wafleet_tenant_container_pids: gauge('Processes and threads in its container', 'tenant'),
  wafleet_tenant_container_pids_limit: gauge('The most of them that its container may have', 'tenant'),
  wafleet_tenant_container_cpu_limit: gauge('Processors that its container may use', 'tenant'),
  wafleet_tenant_disk_bytes: gauge('What the tenant’s folder takes on the disk', 'tenant'),
  wafleet_tenant_cpu_percent: gauge(
    'Processor of the tenant, of its container where it has one, in percent of one core',
    'tenant',
  ),
  wafleet_tenant_queued: gauge('What waits in the worker of the tenant', 'tenant', 'queue'),
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metricTable;
/** Those with a series per tenant: `METRICS_PER_TENANT` leaves them out. */
export function isPerTenant(name: MetricName): boolean {
  return metricTable[name].labels.includes('tenant');
}
