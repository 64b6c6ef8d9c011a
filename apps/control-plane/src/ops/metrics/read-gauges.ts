import {
  reasonCodes,
  sessionStates,
  type TenantId,
  tenantStatuses,
  troubles,
  workerStatuses,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { countItems } from '../../rollouts/count-items';
import { effectiveStatus } from '../../tenants/status/tenant-status';
import { findTroubles, type TroubleSources } from '../find-troubles';
import type { MetricName } from './metric-table';

export interface Sample {
  name: MetricName;
  labels?: Record<string, string>;
  value: number;
}

const freshMs = 2 * 24 * 60 * 60 * 1_000;

/** What is so now. Series of known words are there with 0 as well, so that an absence is no silence. */
export async function readGauges(
  sources: TroubleSources & { db: Database },
  options: { now: Date; perTenant: boolean },
): Promise<Sample[]> {
  const isActive = sources.isActive();
  const [found, freeBytes] = await Promise.all([findTroubles(sources), sources.freeBytes()]);
  const own: Sample[] = [
    { name: 'wafleet_active', value: isActive ? 1 : 0 },
    ...Object.keys(troubles).map((trouble) => ({
      name: 'wafleet_trouble' as const,
      labels: { trouble },
      value: found.has(trouble as never) ? 1 : 0,
    })),
    ...(freeBytes === null ? [] : [{ name: 'wafleet_free_bytes' as const, value: freeBytes }]),
  ];
  if (!isActive || found.has('database_unreachable')) return own;
  return [
    ...own,
    ...(await ofTenants(sources.db, options)),
    ...(await ofQueues(sources.db, options.now)),
    ...(await ofBuilds(sources.db)),
  ];
}

async function ofTenants(
  db: Database,
  { now, perTenant }: { now: Date; perTenant: boolean },
): Promise<Sample[]> {
  const tenants = await db.tenant.findMany({
    select: {
      id: true,
      status: true,
      statusReason: true,
      greenUntil: true,
      worker: { select: { status: true, generation: true } },
      session: { select: { state: true } },
      heartbeat: perTenant,
      diskBytes: perTenant,
    },
  });
  const shown = tenants.map((tenant) => effectiveStatus(tenant, now));
  const tally = <Word extends string>(words: readonly Word[], seen: readonly (Word | null | undefined)[]) =>
    words.map((word) => ({ word, value: seen.filter((one) => one === word).length }));
  const ill = shown.flatMap(({ status, reason }) =>
    status === 'ERROR' || status === 'RECOVERING' || status === 'QR_PENDING' ? [reason] : [],
  );
  const fleet: Sample[] = [
    ...tally(
      tenantStatuses,
      shown.map(({ status }) => status),
    ).map(({ word, value }) => ({ name: 'wafleet_tenants' as const, labels: { status: word }, value })),
    ...tally(reasonCodes, ill)
      .filter(({ value }) => value > 0)
      .map(({ word, value }) => ({
        name: 'wafleet_tenants_by_reason' as const,
        labels: { reason: word },
        value,
      })),
    ...tally(
      workerStatuses,
      tenants.map(({ worker }) => worker?.status),
    ).map(({ word, value }) => ({ name: 'wafleet_workers' as const, labels: { status: word }, value })),
    ...tally(
      sessionStates,
      tenants.map(({ session }) => session?.state),
    ).map(({ word, value }) => ({ name: 'wafleet_sessions' as const, labels: { state: word }, value })),
  ];
  if (!perTenant) return fleet;
  const each = tenants.flatMap(({ id, heartbeat, worker, diskBytes }, index): Sample[] => {
    const tenant = id as TenantId;
    const known = (name: MetricName, number: bigint | number | null | undefined): Sample[] =>
      number == null ? [] : [{ name, labels: { tenant }, value: Number(number) }];
    const always: Sample[] = [
      { name: 'wafleet_tenant_up', labels: { tenant }, value: shown[index]?.status === 'ACTIVE' ? 1 : 0 },
      ...known('wafleet_tenant_disk_bytes', diskBytes),
    ];
    // Of a worker that is no more, nothing is used.
    if (!heartbeat || heartbeat.generation !== worker?.generation) return always;
    const memory = (part: string, bytes: bigint | null): Sample[] =>
      bytes === null
        ? []
        : [{ name: 'wafleet_tenant_memory_bytes', labels: { tenant, part }, value: Number(bytes) }];
    const queued = (queue: string, depth: number): Sample => ({
      name: 'wafleet_tenant_queued',
      labels: { tenant, queue },
      value: depth,
    });
    return [
      ...always,
      ...known('wafleet_tenant_container_bytes', heartbeat.groupBytes),
      ...known('wafleet_tenant_container_limit_bytes', heartbeat.groupLimitBytes),
      ...known('wafleet_tenant_container_pids', heartbeat.groupPids),
      ...known('wafleet_tenant_container_pids_limit', heartbeat.groupPidsLimit),
      ...known('wafleet_tenant_container_cpu_limit', heartbeat.groupCpuLimit),
      ...memory('node', heartbeat.nodeBytes),
      ...memory('browser', heartbeat.browserBytes),
      ...known('wafleet_tenant_cpu_percent', heartbeat.cpuPercent),
      queued('inbound', heartbeat.queuedInbound),
      queued('outbound', heartbeat.queuedOutbound),
      queued('events', heartbeat.unackedEvents),
    ];
  });
  return [...fleet, ...each];
}

async function ofQueues(db: Database, now: Date): Promise<Sample[]> {
  const fresh = new Date(now.getTime() - freshMs);
  const queues = await db.$queryRaw<{ queue: string; depth: number; oldest: Date | null }[]>`
    SELECT 'messages' AS queue, count(*)::int AS depth, min(created_at) AS oldest
      FROM messages WHERE status IN ('QUEUED', 'SENDING')
    UNION ALL SELECT 'webhooks', count(*)::int, min(queued_at) FROM webhook_deliveries WHERE state = 'PENDING'
    UNION ALL SELECT 'media', count(*)::int, min(created_at)
      FROM media_downloads WHERE state IN ('PENDING', 'DOWNLOADING')
    UNION ALL SELECT 'snapshots', count(*)::int, min(created_at) FROM snapshots WHERE state IN ('QUEUED', 'COPIED')`;
  const [counts] = await db.$queryRaw<{ alerts: number; unkept: number }[]>`
    SELECT (SELECT count(*)::int FROM alerts WHERE ended_at IS NULL) AS alerts,
      (SELECT count(*)::int FROM whatsapp_sessions s WHERE s.account_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM snapshots p WHERE p.tenant_id = s.tenant_id AND p.state = 'READY' AND p.check_problem IS NULL
          AND p.copied_at > ${fresh})) AS unkept`;
  return [
    ...queues.flatMap(({ queue, depth, oldest }): Sample[] => [
      { name: 'wafleet_queue_depth', labels: { queue }, value: depth },
      {
        name: 'wafleet_queue_oldest_seconds',
        labels: { queue },
        value: oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / 1_000),
      },
    ]),
    { name: 'wafleet_alerts_open', value: counts?.alerts ?? 0 },
    { name: 'wafleet_tenants_without_snapshot', value: counts?.unkept ?? 0 },
  ];
}

async function ofBuilds(db: Database): Promise<Sample[]> {
  const [builds, newest] = await Promise.all([
    db.workerProcess.groupBy({
      by: ['buildName', 'buildId'],
      where: { status: { in: ['STARTING', 'RUNNING'] } },
      _count: true,
    }),
    db.rollout.findFirst({ orderBy: { id: 'desc' }, select: { id: true } }),
  ]);
  const counts = newest === null ? null : (await countItems(db, [newest.id]))(newest.id);
  return [
    ...builds.map(({ buildName, buildId, _count }) => ({
      name: 'wafleet_worker_builds' as const,
      labels: { build: buildName === null ? 'unknown' : `${buildName}@${buildId}` },
      value: _count,
    })),
    ...Object.entries(counts ?? {}).map(([state, value]) => ({
      name: 'wafleet_rollout_tenants' as const,
      labels: { state },
      value,
    })),
  ];
}
