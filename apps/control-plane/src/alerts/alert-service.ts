import { type Alert, type AlertTest, idPrefixes, type ListAlertsQuery, type Page } from '@wafleet/contracts';
import type { Database, Prisma } from '@wafleet/db';
import { decodeCursor, pageFrom } from '../page-cursor';
import type { NewId } from '../new-id';
import type { AlertChannel } from './notices/alert-channel';
import { alertTenants } from './alert-tenants';
import { alertReason, testContent } from './notices/notice-content';

export interface AlertService {
  /** Newest first. @throws AppError INVALID_INPUT for a broken cursor */
  list(query: ListAlertsQuery): Promise<Page<Alert>>;
  /** Sends a notice on every channel at once, past the queue and without a second try, and says what became of it. */
  test(): Promise<AlertTest>;
}

export function createAlertService(deps: {
  db: Database;
  channels: readonly AlertChannel[];
  newId: NewId;
  now: () => Date;
}): AlertService {
  const { db, channels, newId, now } = deps;

  return {
    async list({ open, limit, cursor }) {
      const before = cursor === undefined ? undefined : decodeCursor('alerts', /^alt_\w{26}$/, cursor);
      const rows = await db.alert.findMany({
        where: {
          ...(open === undefined ? {} : { endedAt: open ? null : { not: null } }),
          ...(before === undefined ? {} : { id: { lt: before } }),
        },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = pageFrom('alerts', rows, limit, ({ id }) => id);
      const tenantOf = await alertTenants(db, page.items);
      return { ...page, items: page.items.map((row) => alertView(row, tenantOf(row))) };
    },

    async test() {
      const notice = testContent(now());
      const id = newId(idPrefixes.notice);
      const outcomes = channels.map(async (channel) => {
        const taking = await channel.send(id, notice);
        const problem = taking.kind === 'taken' ? null : taking.problem;
        return { channel: channel.name, isWell: problem === null, problem };
      });
      return { channels: await Promise.all(outcomes) };
    },
  };
}

function alertView(row: Prisma.AlertGetPayload<object>, tenant: Alert['tenant']): Alert {
  return {
    id: row.id,
    tenant,
    reason: alertReason(row.reason),
    detail: row.detail,
    openedAt: row.openedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    toldAt: row.toldAt?.toISOString() ?? null,
    endToldAt: row.endToldAt?.toISOString() ?? null,
  };
}
