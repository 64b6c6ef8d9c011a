import type { Reason, TenantId } from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import type { TenantRows } from './facts';
import type { SessionAct } from './session-act';

/** One tenant's rows; null when it is gone. */
export async function loadTenantRows(db: Database, tenantId: TenantId): Promise<TenantRows | null> {
  const row = await db.tenant.findUnique({ where: { id: tenantId }, select });
  return row === null ? null : tenantRows(row);
}

export async function loadAllTenantRows(db: Database): Promise<TenantRows[]> {
  return (await db.tenant.findMany({ select })).map(tenantRows);
}

const select = {
  id: true,
  desiredState: true,
  parkedReason: true,
  osUid: true,
  worker: true,
  session: { select: { state: true, since: true, accountId: true, linkIsDurable: true } },
} as const;

type Row = Prisma.TenantGetPayload<{ select: typeof select }>;

function tenantRows({ id, desiredState, parkedReason, osUid, worker, session }: Row): TenantRows {
  return {
    tenantId: id as TenantId,
    desiredState,
    parkedReason: parkedReason as Reason | null,
    osUid,
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
      since: session?.since.getTime() ?? 0,
      isLinked: session?.accountId != null,
      linkIsDurable: session?.linkIsDurable ?? false,
    },
  };
}
