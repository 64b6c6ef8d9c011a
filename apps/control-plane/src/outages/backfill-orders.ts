import { AppError, type Command, type TenantId } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import type { Logger } from '@wafleet/runtime';
import type { WorkerLinks } from '../worker-link/worker-links';
import { backfillWindow } from './backfill-window';

/** Tells workers what to read after an outage. */
export interface BackfillOrders {
  /**
   * Gives the worker the order for its open outage, if it has one. An order that it was given before is recognised and
   * not begun again, so this may be called whenever the order may have been lost.
   */
  give(tenantId: TenantId): void;
}

const answerTimeoutMs = 30_000;
const maxTries = 3;

export function createBackfillOrders(deps: {
  db: Database;
  links: WorkerLinks;
  /** Of tenants that say nothing else. */
  historyDays: number;
  log: Logger;
}): BackfillOrders {
  const { db, log } = deps;

  return {
    give(tenantId) {
      giveOrder(tenantId).catch((err: unknown) =>
        log.warn({ tenantId, err }, 'backfill not ordered; the next link gets the order'),
      );
    },
  };

  async function giveOrder(tenantId: TenantId): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const generation = deps.links.current(tenantId)?.generation;
      if (generation === undefined) return;
      const outage = await db.outage.findFirst({
        where: { tenantId, generation, endedAt: null },
        include: {
          account: { include: { backfills: true } },
          tenant: { select: { retention: { select: { historyDays: true } } } },
        },
      });
      if (outage === null) return;
      const { account, id, tenant } = outage;
      const historyDays = tenant.retention?.historyDays ?? deps.historyDays;
      const window = backfillWindow({ account, chats: account.backfills, historyDays });
      const command = { kind: 'messages.backfill' as const, outageId: id, ...window };
      if ((await send(tenantId, `backfill:${id}`, command)) !== 'no_answer' || tries === maxTries) return;
    }
  }

  async function send(
    tenantId: TenantId,
    commandId: string,
    command: Extract<Command, { kind: 'messages.backfill' }>,
  ): Promise<'begun' | 'not_begun' | 'no_answer'> {
    try {
      const { result } = await deps.links.command<'messages.backfill'>(
        tenantId,
        commandId,
        command,
        answerTimeoutMs,
      );
      if (result.ok) return 'begun';
      // An older worker reads by itself; one that has lost its page gets another order when it is back.
      log.info({ tenantId, outageId: command.outageId, code: result.code }, 'backfill not begun');
      return 'not_begun';
    } catch (error) {
      if (error instanceof AppError && error.code === 'WORKER_TIMEOUT') return 'no_answer';
      // Without a link, the next one gets the order.
      if (error instanceof AppError && error.code === 'NOT_RUNNING') return 'not_begun';
      throw error;
    }
  }
}
