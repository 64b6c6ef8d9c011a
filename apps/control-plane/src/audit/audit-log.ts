import {
  type AuditActorKind,
  type AuditEntry,
  type AuditOutcome,
  emailSchema,
  type ListAuditQuery,
  type Page,
  type TenantId,
} from '@wafleet/contracts';
import type { AuditEntry as AuditRow, Database, Prisma } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { NewId } from '../new-id';
import { decodeCursor, pageFrom } from '../page-cursor';

/** Something that was done, or tried. */
export interface Deed {
  actor: { kind: AuditActorKind; id: string; label: string };
  /** Who it was is not for the tenant's people. */
  isOperator: boolean;
  action: string;
  tenantId: string | null;
  from: string | null;
  outcome: AuditOutcome;
  status: number;
  detail: Record<string, unknown>;
}

/** Who did what. Entries are only added, and forgotten after their time. */
export interface AuditLog {
  /** Never fails, and waits for nothing: entries are stored in groups, shortly after. */
  record(deed: Deed): void;
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(query: ListAuditQuery): Promise<Page<AuditEntry>>;
  /** The same, as the tenant's people may see it. */
  listOfTenant(
    tenantId: TenantId,
    query: Omit<ListAuditQuery, 'tenantId' | 'actor'>,
  ): Promise<Page<AuditEntry>>;
  /** Stores what waits. Resolves also where it could not be stored. */
  stop(): Promise<void>;
}

/** How long an entry may wait for others to be stored with it. */
const gatherMs = 100;
const retryMs = 2_000;
const maxPerStatement = 500;
/** While the database is away; what comes beyond is only in the log. */
const maxWaiting = 10_000;

const idPattern = /^aud_[0-9a-z]{26}$/;

export function createAuditLog(deps: { db: Database; newId: NewId; now: () => Date; log: Logger }): AuditLog {
  const { db, newId, now, log } = deps;
  let waiting: Prisma.AuditEntryCreateManyInput[] = [];
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();
  let isStopping = false;

  return {
    record({ actor, ...deed }) {
      if (waiting.length >= maxWaiting) return log.error({ ...deed, actor }, 'audit entry not stored');
      waiting.push({
        ...deed,
        id: newId('aud'),
        at: now(),
        actorKind: actor.kind,
        actorId: actor.id,
        actorLabel: actor.label,
        detail: deed.detail as Prisma.InputJsonObject,
      });
      storeIn(gatherMs);
    },

    async list({ actor, tenantId, ...query }) {
      const page = await rowsOf(query, {
        ...byActor(actor),
        ...(tenantId === undefined ? {} : { tenantId }),
      });
      return { ...page, items: page.items.map(entryOf) };
    },

    async listOfTenant(tenantId, query) {
      const page = await rowsOf(query, { tenantId });
      return { ...page, items: page.items.map(entryForTenant) };
    },

    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await storing;
      await store();
    },
  };

  function storeIn(ms: number): void {
    if (isStopping) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      // One after the other: each takes what waits from the front.
      storing = storing.then(store);
    }, ms);
  }

  async function store(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, maxPerStatement);
      try {
        // What was stored and not heard of is met again under the same ids.
        await db.auditEntry.createMany({ data: group, skipDuplicates: true });
        waiting = waiting.slice(group.length);
      } catch (error) {
        log.warn({ err: error, waiting: waiting.length }, 'audit entries can not be stored right now');
        return storeIn(retryMs);
      }
    }
  }

  async function rowsOf(
    { action, before, limit, cursor }: Omit<ListAuditQuery, 'tenantId' | 'actor'>,
    where: Prisma.AuditEntryWhereInput,
  ): Promise<Page<AuditRow>> {
    const rows = await db.auditEntry.findMany({
      where: {
        ...where,
        ...(action === undefined ? {} : { action: { startsWith: action } }),
        ...(before === undefined ? {} : { at: { lt: new Date(before) } }),
        ...(cursor === undefined ? {} : { id: { lt: decodeCursor('audit', idPattern, cursor) } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return pageFrom('audit', rows, limit, ({ id }) => id);
  }
}

function byActor(actor: string | undefined): Prisma.AuditEntryWhereInput {
  if (actor === undefined) return {};
  const email = emailSchema.safeParse(actor);
  return email.success ? { actorLabel: email.data } : { actorId: actor };
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind as AuditActorKind, id: row.actorId, label: row.actorLabel },
    action: row.action,
    tenantId: row.tenantId,
    from: row.from,
    outcome: row.outcome as AuditOutcome,
    status: row.status,
    detail: row.detail as Record<string, unknown>,
  };
}

function entryForTenant(row: AuditRow): AuditEntry {
  const entry = entryOf(row);
  if (!row.isOperator) return entry;
  return { ...entry, actor: { kind: 'operator', id: '', label: 'operator' }, from: null };
}
