import { isDeepStrictEqual } from 'node:util';
import type { Reason, TenantId, TenantLimits } from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import { newestUntried } from '../snapshots/restore-snapshot';
import type { TenantRows } from './decide/facts';
import type { MemoryFacts } from './decide/memory';
import type { SessionAct } from './decide/session-act';

/** One tenant's rows; null when it is gone. */
export async function loadTenantRows(db: Database, tenantId: TenantId): Promise<TenantRows | null> {
  const row = await db.tenant.findUnique({ where: { id: tenantId }, select });
  return row === null ? null : ((await withRestorable(db, [tenantRows(row)]))[0] as TenantRows);
}

export async function loadAllTenantRows(db: Database): Promise<TenantRows[]> {
  return withRestorable(db, (await db.tenant.findMany({ select })).map(tenantRows));
}

/** Only those are asked for that would have something restored: few, at any time. */
async function withRestorable(db: Database, all: TenantRows[]): Promise<TenantRows[]> {
  const lost = all.filter(({ parkedReason }) => parkedReason === 'profile_corrupt');
  if (lost.length === 0) return all;
  const found = await newestUntried(
    db,
    lost.map(({ tenantId }) => tenantId),
  );
  return all.map((rows) => ({ ...rows, restorable: found.get(rows.tenantId) ?? null }));
}

const select = {
  id: true,
  desiredState: true,
  parkedReason: true,
  osUid: true,
  limits: true,
  worker: true,
  heartbeat: true,
  session: {
    select: {
      state: true,
      reason: true,
      since: true,
      updatedAt: true,
      nextAttemptAt: true,
      pairingExpiresAt: true,
      accountId: true,
      linkIsDurable: true,
    },
  },
} as const;

type Row = Prisma.TenantGetPayload<{ select: typeof select }>;

function tenantRows(row: Row): TenantRows {
  const { id, desiredState, parkedReason, osUid, limits, worker, session, heartbeat } = row;
  return {
    tenantId: id as TenantId,
    desiredState,
    parkedReason: parkedReason as Reason | null,
    restorable: null,
    osUid,
    limits: limits as TenantLimits | null,
    limitsAreApplied: isDeepStrictEqual(limits, worker?.limits ?? null),
    worker: {
      status: worker?.status ?? 'STOPPED',
      reason: (worker?.reason ?? null) as Reason | null,
      generation: worker?.generation ?? 0,
      startedAt: worker?.startedAt?.getTime() ?? null,
      healthySince: worker?.healthySince?.getTime() ?? null,
      hasEnded: worker?.endedAt != null,
      nextStartAt: worker?.nextStartAt?.getTime() ?? null,
      replaceGeneration: worker?.replaceGeneration ?? null,
      pendingAct: (worker?.pendingAct ?? null) as SessionAct | null,
      crashes: worker?.crashes.map((crash) => crash.getTime()) ?? [],
    },
    session: {
      state: session?.state ?? 'DISCONNECTED',
      reason: (session?.reason ?? null) as Reason | null,
      since: session?.since.getTime() ?? 0,
      toldAt: session?.updatedAt.getTime() ?? 0,
      nextAttemptAt: session?.nextAttemptAt?.getTime() ?? null,
      pairingExpiresAt: session?.pairingExpiresAt?.getTime() ?? null,
      isLinked: session?.accountId != null,
      linkIsDurable: session?.linkIsDurable ?? false,
    },
    memory: heartbeat?.generation === worker?.generation ? memoryOf(heartbeat) : null,
  };
}

function memoryOf(heartbeat: Row['heartbeat']): MemoryFacts | null {
  if (heartbeat?.nodeBytes == null) return null;
  return {
    bytes: Number(heartbeat.nodeBytes) + Number(heartbeat.browserBytes ?? 0),
    isBusy: heartbeat.queuedInbound + heartbeat.queuedOutbound + heartbeat.unackedEvents > 0,
    lastMessageAt: heartbeat.lastMessageAt?.getTime() ?? null,
  };
}
