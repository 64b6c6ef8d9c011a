import {
  isTenantId,
  type LinkEvent,
  type OutageCause,
  type SessionSnapshot,
  type SessionState,
  type TenantId,
} from '@wafleet/contracts';
import type { Statements, Transaction } from '@wafleet/db';
import type { CareForErrors } from '../../incidents/care-for-errors';
import type { NoteIncident } from '../../incidents/note-incident';
import { reportedIncident } from '../../incidents/reported-incident';
import type { MessageEvent, MessageEventApplier } from '../../messages/inbox/apply-message-events';
import type { Hearing } from '../../messages/inbox/message-facts';
import { learnPrivacyId } from '../../messages/inbox/privacy-ids';
import type { NewId } from '../../new-id';
import { applyBackfillEvent, type BackfillEvent } from '../../outages/apply-backfill-events';
import { openOutage } from '../../outages/open-outage';
import type { ApplySessionEvent } from '../../sessions/apply-session-event';
import type { CommitWithEvents } from '../../tenants/commit-with-events';
import type { NewTenantEvent } from '../../tenants/tenant-events';

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

/** What a commit means to others than its senders. */
export interface CommitOutcome {
  sessions: readonly SessionChange[];
  /** Tenants whose worker has to read what was missed. */
  outagesOpened: readonly TenantId[];
}

export interface EventCommitter {
  /**
   * Applies events in their order, all or none. Numbers that the row already has are passed over, and so is the
   * state of an older generation; its messages and incidents are taken, because they are true. Messages of a
   * generation whose account was refused are not: they are another tenant's.
   */
  commit(events: readonly PendingEvent[]): Promise<CommitOutcome>;
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
  linkedAt: Date | null;
  state: SessionState;
  lastHeardAt: Date | null;
  outageId: string | null;
  outageTo: Date | null;
}

/** In characters; the largest message of the contract fits. */
const maxStoredFrame = 512 * 1024;

export function createEventCommitter(deps: {
  commit: CommitWithEvents;
  applySessionEvent: ApplySessionEvent;
  applyMessageEvents: MessageEventApplier;
  noteIncident: NoteIncident;
  /** Nothing is done about errors of a page without it. */
  careForErrors?: CareForErrors;
  newId: NewId;
  now: () => Date;
}): EventCommitter {
  return {
    commit: (events) =>
      events.every(isOfMessages)
        ? deps.commit((tx) => apply(tx as Transaction, events), 'statements')
        : deps.commit((tx) => apply(tx, events)),

    async quarantine(event, error) {
      const { tenantId, generation, seq } = event;
      if (seq === null) return;
      const frame = event.text.replaceAll('\0', '').slice(0, maxStoredFrame);
      await deps.commit(async (tx) => {
        const rows = await lockWorkers(tx, [tenantId]);
        if (rows.size > 0) {
          const row = { generation, seq, error: problemOf(error), frame };
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
    const sessions: SessionChange[] = [];
    const outagesOpened: TenantId[] = [];
    const messages: MessageEvent[] = [];
    const readings: { tenantId: TenantId; event: BackfillEvent }[] = [];
    for (const { tenantId, generation, seq, event, error } of pending) {
      const worker = workers.get(tenantId);
      // A tenant that was erased meanwhile has nothing left to be told about.
      if (worker === undefined) continue;
      const isCurrent = generation === worker.generation;
      if (isCurrent && seq !== null && seq <= worker.lastSeq) continue;
      if (event === null) throw new Error(error ?? 'not an event');
      const isRefused = generation === worker.refusedGeneration;
      switch (event.kind) {
        case 'session.changed':
          if (!isCurrent || (worker.hasEnded && isAlive(event.session.state))) break;
          if (await changeSession(tx, worker, event.session, told, sessions)) outagesOpened.push(tenantId);
          break;
        case 'incident':
          told.push(...(await deps.noteIncident(tx, reportedIncident(tenantId, generation, event))));
          told.push(
            ...((await deps.careForErrors?.(tx, { tenantId, generation, reason: event.reason })) ?? []),
          );
          break;
        case 'identity.learned':
          if (!isRefused) await learnPrivacyId(tx, tenantId, event);
          break;
        case 'inbound.lost':
          if (isCurrent && (await noteLoss(tx, worker, event))) outagesOpened.push(tenantId);
          break;
        case 'backfill.chat':
        case 'backfill.read':
          readings.push({ tenantId, event });
          break;
        default:
          if (isRefused) break;
          messages.push({
            tenantId,
            accountId: worker.accountId,
            hearing: hearingOf(worker),
            generation,
            event,
          });
      }
      if (isCurrent && seq !== null) worker.lastSeq = seq;
    }
    if (messages.length > 0) told.push(...(await deps.applyMessageEvents(tx, messages)));
    // What was read is told after the messages it speaks of, and so it is noted after them.
    for (const { tenantId, event } of readings)
      told.push(...(await applyBackfillEvent(tx, tenantId, event, deps.now())));
    await advance(
      tx,
      [...workers.values()].map(({ tenantId, generation, lastSeq }) => ({
        tenantId,
        generation,
        seq: lastSeq,
      })),
    );
    return { events: told, result: { sessions, outagesOpened } };
  }

  /** True where an account is listened to again after a time without. */
  async function changeSession(
    tx: Transaction,
    worker: WorkerRow,
    session: SessionSnapshot,
    told: NewTenantEvent[],
    sessions: SessionChange[],
  ): Promise<boolean> {
    const { tenantId, generation } = worker;
    const reporter = { tenantId, generation, isRefused: generation === worker.refusedGeneration };
    const result = await deps.applySessionEvent(tx, reporter, session);
    told.push(...result.events);
    sessions.push({ tenantId, state: result.state, greenUntil: result.greenUntil });
    if (result.accountId !== worker.accountId) worker.outageId = null;
    if (result.isRefused) worker.refusedGeneration = generation;
    Object.assign(worker, {
      state: result.state,
      accountId: result.accountId,
      linkedAt: result.accountLinkedAt,
    });
    if (result.returned === null) return false;
    const { heardUntil, isNewLink } = result.returned;
    return open(tx, worker, isNewLink ? 'linked' : 'disconnected', heardUntil, session.since);
  }

  /** What came between the two moments may be missing, although the session was connected. */
  async function noteLoss(
    tx: Transaction,
    worker: WorkerRow,
    { since, until }: { since: number; until: number },
  ): Promise<boolean> {
    if (worker.state !== 'CONNECTED') return false;
    const heardUntil = Math.min(since, worker.lastHeardAt?.getTime() ?? since);
    return open(tx, worker, 'unheard', new Date(heardUntil), until);
  }

  async function open(
    tx: Transaction,
    worker: WorkerRow,
    cause: OutageCause,
    heardUntil: Date | null,
    heardFrom: number,
  ): Promise<boolean> {
    const { tenantId, accountId, generation } = worker;
    if (accountId === null) return false;
    const outage = { tenantId, accountId, cause, generation, heardUntil, heardFrom };
    const { id, to } = await openOutage(tx, outage, { newId: deps.newId, now: deps.now() });
    Object.assign(worker, { outageId: id, outageTo: to });
    return true;
  }
}

/** All that is done for these is statements, so that they take the cheap kind of transaction; they are by far the most. */
function isOfMessages({ event }: PendingEvent): boolean {
  return event === null || ofMessages.includes(event.kind);
}

const ofMessages: LinkEvent['kind'][] = [
  'message.created',
  'message.ack',
  'message.updated',
  'identity.learned',
];

/** Why an event could not be applied, as it can be stored. */
export function problemOf(error: unknown): string {
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problem.replaceAll('\0', '').slice(0, 2_000);
}

function hearingOf({ linkedAt, outageId, outageTo }: WorkerRow): Hearing | null {
  if (linkedAt === null) return null;
  return { linkedAt, outage: outageId === null || outageTo === null ? null : { id: outageId, to: outageTo } };
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
  tx: Statements,
  tenantIds: readonly TenantId[],
): Promise<Map<TenantId, WorkerRow>> {
  const ids = [...new Set(tenantIds)].filter((id) => isTenantId(id));
  const rows = await tx.$queryRaw<WorkerRow[]>`
    SELECT t.id AS "tenantId", w.generation, w.last_seq AS "lastSeq",
      w.ended_at IS NOT NULL AS "hasEnded", w.refused_generation AS "refusedGeneration",
      s.account_id AS "accountId", a.linked_at AS "linkedAt",
      s.state, s.last_heard_at AS "lastHeardAt", o.id AS "outageId", o.to_at AS "outageTo"
    FROM tenants t
    JOIN worker_processes w ON w.tenant_id = t.id
    JOIN whatsapp_sessions s ON s.tenant_id = t.id
    LEFT JOIN accounts a ON a.id = s.account_id
    LEFT JOIN outages o ON o.account_id = s.account_id AND o.ended_at IS NULL
    WHERE t.id = ANY(${ids})
    ORDER BY t.id
    FOR NO KEY UPDATE OF t, w, s`;
  return new Map(rows.map((row) => [row.tenantId, row]));
}

/** Moves the committed numbers forward; never back, and never for another generation. */
async function advance(
  tx: Statements,
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
