import {
  AppError,
  type ListQuarantinedQuery,
  type Page,
  type QuarantinedEvent,
  type TenantId,
} from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { CleanupTask } from '../../jobs/cleanup';
import { tenantRowRetention } from '../../jobs/tenant-row-retention';
import { decodeCursor, pageFrom } from '../../page-cursor';
import { type EventCommitter, problemOf } from './commit-events';
import { parseFrame } from '../parse-frame';

/** Events that were set aside because they could not be stored. */
export interface Quarantine {
  /** Newest first. @throws AppError INVALID_INPUT naming cursor */
  list(tenantId: TenantId, query: ListQuarantinedQuery): Promise<Page<QuarantinedEvent>>;
  /**
   * Stores a fact after all, and forgets that it was set aside. Repeated after a crash in the middle it stores nothing twice.
   * @throws AppError NOT_FOUND, or STILL_QUARANTINED saying why
   */
  retry(tenantId: TenantId, eventId: string): Promise<void>;
}

const idPattern = /^\d{1,18}$/;
const excerptLength = 2_000;

export function createQuarantine(deps: {
  db: Database;
  committer: Pick<EventCommitter, 'commit'>;
}): Quarantine {
  const { db, committer } = deps;

  return {
    async list(tenantId, { limit, cursor }) {
      const before =
        cursor === undefined ? undefined : BigInt(decodeCursor('quarantined', idPattern, cursor));
      const rows = await db.quarantinedEvent.findMany({
        where: { tenantId, ...(before === undefined ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('quarantined', rows, limit, ({ id }) => String(id));
      return { ...page, items: page.items.map(view) };
    },

    async retry(tenantId, eventId) {
      const id = idPattern.test(eventId) ? BigInt(eventId) : null;
      const row = id === null ? null : await db.quarantinedEvent.findFirst({ where: { id, tenantId } });
      if (row === null) throw new AppError('NOT_FOUND');
      const frame = parseFrame(row.frame);
      if (frame.type !== 'event') throw still('it was too large to be kept whole');
      const { event, error } = frame;
      if (event === null) throw still(error);
      if (event.kind === 'session.changed') throw still('it tells of a state that is over');
      if (await isOfFormerAccount(row)) throw still('it came to an account that is linked no more');
      const { generation } = row;
      try {
        await committer.commit([{ tenantId, generation, seq: null, event, error: null, text: '' }]);
      } catch (error) {
        // While the database is away this throws too, and says so instead.
        await db.$queryRaw`SELECT 1`;
        throw still(problemOf(error));
      }
      await db.quarantinedEvent.deleteMany({ where: { id: row.id } });
    },
  };

  /** A fact is stored under the account that is linked now. */
  async function isOfFormerAccount({ tenantId, at }: { tenantId: string; at: Date }): Promise<boolean> {
    const session = await db.whatsappSession.findUnique({ where: { tenantId }, include: { account: true } });
    const linkedAt = session?.account?.linkedAt;
    return linkedAt !== undefined && at < linkedAt;
  }
}

function still(detail: string | null): AppError {
  return new AppError('STILL_QUARANTINED', detail === null ? {} : { detail });
}

function view(row: {
  id: bigint;
  generation: number;
  seq: number;
  at: Date;
  error: string;
  frame: string;
}): QuarantinedEvent {
  return {
    id: String(row.id),
    generation: row.generation,
    seq: row.seq,
    at: row.at.toISOString(),
    error: row.error,
    kind: /"kind":"([a-z_.]{1,64})"/.exec(row.frame)?.[1] ?? null,
    sizeBytes: Buffer.byteLength(row.frame),
    excerpt: row.frame.slice(0, excerptLength),
  };
}

export const quarantineRetention = (deps: { db: Database; now: () => Date }): CleanupTask =>
  tenantRowRetention(deps, {
    name: 'old quarantined events',
    table: 'quarantined_events',
    keepPerTenant: 200,
  });
