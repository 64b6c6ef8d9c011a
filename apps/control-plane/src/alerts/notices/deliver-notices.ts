import type { AlertNotice } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { backoffMs, createOutageLog, type Logger, type OutageLog, scrub } from '@wafleet/runtime';
import { createTurns } from '../../scheduling/turns';
import type { AlertChannel, Taking } from './alert-channel';
import type { AlertPolicy } from '../alert-policy';

export interface NoticeDelivery {
  /**
   * Delivers what is due on a channel, in the order in which it was written: a notice that fails is tried again later,
   * and those behind it wait for it. One at a time per channel; nothing that was noted as delivered is sent again.
   * @param lateMs only if the first has been due for this long
   * @returns when to come again; null when nothing waits, or is not late enough
   */
  deliver(channel: string, lateMs?: number): Promise<Date | null>;
  /** Begins nothing more; resolves when what is under way was noted, seconds at most. */
  stop(): Promise<void>;
}

/** With the longest that one may take, they end well before a job's deadline. */
const maxPerTurn = 10;
const maxProblemLength = 300;

interface Served {
  channel: AlertChannel;
  outage: OutageLog;
}

interface Waiting {
  noticeId: string;
  attempts: number;
  notice: { createdAt: Date };
}

export function createNoticeDelivery(deps: {
  db: Database;
  channels: readonly AlertChannel[];
  policy: AlertPolicy['retry'];
  now: () => Date;
  random: () => number;
  log: Logger;
}): NoticeDelivery {
  const { db, policy, now, log } = deps;
  const takeTurn = createTurns();
  const served = new Map<string, Served>(
    deps.channels.map((channel) => [
      channel.name,
      { channel, outage: createOutageLog(log, `alerts by ${channel.name}`) },
    ]),
  );
  let isStopping = false;

  return {
    async deliver(name, lateMs = 0) {
      const known = served.get(name);
      return known === undefined ? null : takeTurn(name, () => drain(known, lateMs));
    },

    async stop() {
      isStopping = true;
      for (const name of served.keys()) await takeTurn(name, () => Promise.resolve());
    },
  };

  async function drain({ channel, outage }: Served, lateMs: number): Promise<Date | null> {
    for (let count = 0; count < maxPerTurn; count += 1) {
      if (isStopping) return null;
      const head = await db.alertDelivery.findFirst({
        where: { channel: channel.name, deliveredAt: null, givenUpAt: null },
        orderBy: { noticeId: 'asc' },
        include: { notice: true },
      });
      if (head === null) return null;
      const dueAt = head.nextAttemptAt.getTime() + (count === 0 ? lateMs : 0);
      if (dueAt > now().getTime()) return count === 0 && lateMs > 0 ? null : head.nextAttemptAt;
      const taking = await channel.send(head.noticeId, head.notice.content as AlertNotice);
      const next = await note(channel.name, head, taking, outage);
      if (next !== null) return next;
    }
    return now();
  }

  /** Returns when to try it again; null when it needs no further try. */
  async function note(
    channel: string,
    head: Waiting,
    taking: Taking,
    outage: OutageLog,
  ): Promise<Date | null> {
    const where = { noticeId_channel: { noticeId: head.noticeId, channel } };
    const attempts = head.attempts + 1;
    const at = now();
    if (taking.kind === 'taken') {
      await db.alertDelivery.update({ where, data: { attempts, deliveredAt: at, lastError: null } });
      outage.worked();
      return null;
    }
    const lastError = scrub(taking.problem, maxProblemLength);
    outage.failed(new Error(lastError));
    if (isOver(taking, head, at)) {
      await db.alertDelivery.update({ where, data: { attempts, lastError, givenUpAt: at } });
      log.error({ noticeId: head.noticeId, channel, problem: lastError }, 'operators were not told');
      return null;
    }
    const nextAttemptAt = new Date(at.getTime() + backoffMs(policy, attempts, deps.random()));
    await db.alertDelivery.update({ where, data: { attempts, lastError, nextAttemptAt } });
    return nextAttemptAt;
  }

  function isOver(taking: Taking, head: Waiting, at: Date): boolean {
    const ageMs = at.getTime() - head.notice.createdAt.getTime();
    return ageMs >= (taking.kind === 'refused' ? policy.giveUpRefusedMs : policy.giveUpMs);
  }
}
