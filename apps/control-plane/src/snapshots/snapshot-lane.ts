import type { TenantId } from '@wafleet/contracts';
import { isDatabaseAway, type Snapshot } from '@wafleet/db';
import { createOutageLog } from '@wafleet/runtime';
import { createLooks } from '../scheduling/looks';
import {
  copyProfile,
  ownerOfLogin,
  queueSnapshot,
  storeSnapshot,
  type TakeSnapshotDeps,
} from './take-snapshots';

/** Takes what snapshots are due, one after the other: the rows are the truth, a crash leaves them to the next look. */
export interface SnapshotLane {
  start(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
  /** Looks soon. */
  wake(): void;
  /**
   * A worker of the tenant was stopped and is proven dead; its profile is copied before anything else is done to it. Never
   * throws: a stop does not fail for a snapshot.
   */
  afterStop(tenantId: TenantId): Promise<void>;
}

/** Copies lie beside the profiles until they are stored. */
const maxDueAtOnce = 5;
/** A tenant whose snapshot failed is not tried again by the clock for so long. */
const afterFailureMs = 3_600_000;

export function createSnapshotLane(
  deps: TakeSnapshotDeps & {
    /** Runs while no pass of the tenant does. */
    exclusively: <T>(tenantId: TenantId, work: () => Promise<T>) => Promise<T>;
  },
): SnapshotLane {
  const { db, policy, now, log } = deps;
  const looks = createLooks({ look, outage: createOutageLog(log, 'snapshots') });
  let timer: NodeJS.Timeout | null = null;

  return {
    start() {
      timer = setInterval(looks.wake, policy.sweepMs);
      looks.wake();
    },
    async stop() {
      if (timer !== null) clearInterval(timer);
      await looks.stop();
    },
    wake: looks.wake,

    async afterStop(tenantId) {
      try {
        const row = await dueAtStop(tenantId);
        if (row?.state !== 'QUEUED') return;
        await copyProfile(deps, row);
        looks.wake();
      } catch (err) {
        log.warn({ tenantId, err }, 'profile could not be copied after a stop');
      }
    },
  };

  async function look(): Promise<void> {
    await deps.files.thaw();
    await queueDue();
    for (const row of await rowsToCopy())
      await each(row, () => deps.exclusively(row.tenantId as TenantId, () => copyIfQueued(row)));
    for (const row of await db.snapshot.findMany({ where: { state: 'COPIED' }, orderBy: { id: 'asc' } }))
      await each(row, () => storeSnapshot(deps, row));
  }

  /** One that fails must not keep the others from theirs. */
  async function each({ tenantId, id }: Snapshot, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      if (isDatabaseAway(err)) throw err;
      log.warn({ tenantId, snapshotId: id, err }, 'snapshot did not get on; it is tried again');
    }
  }

  /** What waits for a stop is copied then, or once its worker is seen to have ended. */
  async function rowsToCopy(): Promise<Snapshot[]> {
    const isAtRest = { tenant: { worker: { endedAt: { not: null } } } };
    return db.snapshot.findMany({
      where: { state: 'QUEUED', OR: [{ problem: null }, isAtRest] },
      orderBy: { id: 'asc' },
    });
  }

  /** A stop may have come in between. */
  async function copyIfQueued({ id }: Snapshot): Promise<void> {
    const row = await db.snapshot.findUnique({ where: { id } });
    if (row?.state === 'QUEUED') await copyProfile(deps, row);
  }

  async function dueAtStop(tenantId: TenantId): Promise<Snapshot | null> {
    const owner = await ownerOfLogin(deps, tenantId);
    if (owner === null) return null;
    const waiting = await db.snapshot.findFirst({ where: { tenantId, state: 'QUEUED' } });
    if (waiting !== null || !policy.atStop) return waiting;
    const since = new Date(now().getTime() - policy.minAgeMs);
    const { accountId } = owner;
    const young = {
      tenantId,
      accountId,
      state: 'READY' as const,
      copiedAt: { gt: since },
      checkProblem: null,
    };
    if ((await db.snapshot.count({ where: young })) > 0) return null;
    return queueSnapshot(deps, owner, 'stop');
  }

  async function queueDue(): Promise<void> {
    if (policy.everyMs === 0) return;
    const oldest = new Date(now().getTime() - policy.everyMs);
    const oldestFailure = new Date(now().getTime() - afterFailureMs);
    const due = await db.$queryRaw<{ tenantId: TenantId; accountId: string }[]>`
      SELECT t.id AS "tenantId", s.account_id AS "accountId"
      FROM tenants t JOIN whatsapp_sessions s ON s.tenant_id = t.id
      WHERE t.desired_state = 'RUNNING' AND t.parked_reason IS NULL
        AND s.state = 'CONNECTED' AND s.link_is_durable AND s.account_id IS NOT NULL
        AND NOT EXISTS (
          SELECT FROM snapshots p WHERE p.tenant_id = t.id AND (
            p.state IN ('QUEUED', 'COPIED')
            OR (p.state = 'READY' AND p.account_id = s.account_id AND p.copied_at > ${oldest}
                AND p.check_problem IS NULL)
            OR ((p.state = 'FAILED' OR p.check_problem IS NOT NULL) AND p.created_at > ${oldestFailure})))
      ORDER BY t.id LIMIT ${maxDueAtOnce}`;
    for (const owner of due) await queueSnapshot(deps, owner, 'schedule');
  }
}
