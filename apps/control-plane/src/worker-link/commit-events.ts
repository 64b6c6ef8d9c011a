import { isTenantId, type LinkEvent, type SessionState, type TenantId } from '@wafleet/contracts';
import type { Transaction } from '@wafleet/db';
import type { NoteIncident } from '../incidents/note-incident';
import { reportedIncident } from '../incidents/reported-incident';
import type { MessageEvent, MessageEventApplier } from '../messages/apply-message-events';
import type { ApplySessionEvent } from '../sessions/apply-session-event';
import type { CommitWithEvents } from '../tenants/commit-with-events';
import type { NewTenantEvent } from '../tenants/tenant-events';

/** One event of one worker, waiting to be committed. */
export interface PendingEvent {
  tenantId: TenantId;
  generation: number;
  /** Null for the snapshot of a hello, which is no numbered event. */
  seq: number | null;
  event: LinkEvent | null;
  /** Why `event` is null: it could not be understood. */
  error: string | null;
  text: string;
}

/** What a commit changed about a session, for those who act on it. */
export interface SessionChange {
  tenantId: TenantId;
  state: SessionState;
  greenUntil: Date | null;
}

export interface EventCommitter {
  /**
   * Applies events in their order, all or none. Numbers that the row already has are passed over, and so is the
   * state of an older generation; its messages and incidents are taken, because they are true. Messages of a
   * generation whose account was refused are not: they are another tenant's.
   */
  commit(events: readonly PendingEvent[]): Promise<SessionChange[]>;
  /** Stores an event as it came, because it can't be applied, and counts it as committed. */
  quarantine(event: PendingEvent, error: unknown): Promise<void>;
}

interface WorkerRow {
  tenantId: TenantId;
  generation: number;
  lastSeq: number;
  /** Its end is written down. */
  hasEnded: boolean;
  accountId: string | null;
  /** The generation whose account was refused: nothing that it received is the tenant's. */
  refusedGeneration: number | null;
}

const maxStoredFrame = 64 * 1024;

export function createEventCommitter(deps: {
  commit: CommitWithEvents;
  applySessionEvent: ApplySessionEvent;
  applyMessageEvents: MessageEventApplier;
  noteIncident: NoteIncident;
  now: () => Date;
}): EventCommitter {
  return {
    commit: (events) => deps.commit((tx) => apply(tx, events)),

    async quarantine(event, error) {
      const { tenantId, generation, seq } = event;
      if (seq === null) return;
      const frame = event.text.replaceAll('\0', '').slice(0, maxStoredFrame);
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      await deps.commit(async (tx) => {
        const rows = await lockWorkers(tx, [tenantId]);
        if (rows.size > 0) {
          const row = { generation, seq, error: reason.replaceAll('\0', '').slice(0, 2_000), frame };
          await tx.quarantinedEvent.createMany({ data: [{ tenantId, ...row }], skipDuplicates: true });
          await advance(tx, [{ tenantId, generation, seq }]);
        }
        return { events: [], result: undefined };
      });
    },
  };

  async function apply(tx: Transaction, pending: readonly PendingEvent[]) {
    const workers = await lockWorkers(
      tx,
      pending.map(({ tenantId }) => tenantId),
    );
    const told: NewTenantEvent[] = [];
    const changes: SessionChange[] = [];
    const messages: MessageEvent[] = [];
    for (const { tenantId, generation, seq, event, error } of pending) {
      const worker = workers.get(tenantId);
      // A tenant that was erased meanwhile has nothing left to be told about.
      if (worker === undefined) continue;
      const isCurrent = generation === worker.generation;
      if (isCurrent && seq !== null && seq <= worker.lastSeq) continue;
      if (event === null) throw new Error(error ?? 'not an event');
      const isRefused = generation === worker.refusedGeneration;
      if (event.kind === 'incident') {
        told.push(...(await deps.noteIncident(tx, reportedIncident(tenantId, generation, event))));
      } else if (event.kind !== 'session.changed') {
        if (!isRefused) messages.push({ tenantId, accountId: worker.accountId, generation, event });
      } else if (isCurrent && !(worker.hasEnded && isAlive(event.session.state))) {
        const reporter = { tenantId, generation, isRefused };
        const result = await deps.applySessionEvent(tx, reporter, event.session);
        worker.accountId = result.accountId;
        if (result.isRefused) worker.refusedGeneration = generation;
        told.push(...result.events);
        changes.push({ tenantId, state: result.state, greenUntil: result.greenUntil });
      }
      if (isCurrent && seq !== null) worker.lastSeq = seq;
    }
    if (messages.length > 0) told.push(...(await deps.applyMessageEvents(tx, messages)));
    await advance(
      tx,
      [...workers.values()].map(({ tenantId, generation, lastSeq }) => ({
        tenantId,
        generation,
        seq: lastSeq,
      })),
    );
    return { events: told, result: changes };
  }
}

/** What a worker of which the end is known already said of its session before; only that it is over still holds. */
function isAlive(state: SessionState): boolean {
  return state !== 'DISCONNECTED' && state !== 'LOGGED_OUT';
}

/**
 * The tenants' worker rows by tenant. Whoever changes facts of a tenant locks its row in `tenants` first; several are
 * locked in the order of their ids, so that two transactions can't block each other. All three rows are locked, or a
 * wait for one would end with old values of the others.
 */
async function lockWorkers(
  tx: Transaction,
  tenantIds: readonly TenantId[],
): Promise<Map<TenantId, WorkerRow>> {
  const ids = [...new Set(tenantIds)].filter((id) => isTenantId(id));
  const rows = await tx.$queryRaw<WorkerRow[]>`
    SELECT t.id AS "tenantId", w.generation, w.last_seq AS "lastSeq",
      w.ended_at IS NOT NULL AS "hasEnded", w.refused_generation AS "refusedGeneration",
      s.account_id AS "accountId"
    FROM tenants t
    JOIN worker_processes w ON w.tenant_id = t.id
    JOIN whatsapp_sessions s ON s.tenant_id = t.id
    WHERE t.id = ANY(${ids})
    ORDER BY t.id
    FOR NO KEY UPDATE`;
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/** Moves the committed numbers forward; never back, and never for another generation. */
async function advance(
  tx: Transaction,
  marks: readonly { tenantId: TenantId; generation: number; seq: number }[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE worker_processes w SET last_seq = v.seq
    FROM unnest(
      ${marks.map((mark) => mark.tenantId)}::text[],
      ${marks.map((mark) => mark.generation)}::int[],
      ${marks.map((mark) => mark.seq)}::int[]
    ) AS v (tenant_id, generation, seq)
    WHERE w.tenant_id = v.tenant_id AND w.generation = v.generation AND w.last_seq < v.seq`;
}
