import type { Trouble } from '@wafleet/contracts';
import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { JobQueue } from '../jobs/job-queue';
import type { NewId } from '../new-id';
import type { AlertPolicy } from './alert-policy';
import type { AlertChannel } from './notices/alert-channel';
import type { DatabaseOutage } from './database-outage';
import { createNoticeDelivery } from './notices/deliver-notices';
import { noteLongRepairs } from './causes/note-long-repairs';
import { noteTroubles } from './causes/note-troubles';
import { tellAlerts } from './notices/tell-alerts';

/** Notes what is wrong with the control plane, and tells operators what they have to know, where they can be reached. */
export interface AlertDesk {
  /** @param lostAt when the last control plane was lost, if one was */
  start(lostAt: Date | null): void;
  /** Waits for what is under way, seconds at most. */
  stop(): Promise<void>;
}

/** What is due for longer than this the queue did not get, or has lost. */
const lateMs = 10_000;
/** So long is a lost control plane a trouble: one that is lost again and again is one trouble. */
const lostMs = 10 * 60 * 1_000;

export function createAlertDesk(deps: {
  db: Database;
  jobs: Pick<JobQueue, 'add' | 'register'>;
  channels: readonly AlertChannel[];
  /** What is wrong with the control plane now; never rejects. */
  findTroubles: () => Promise<Set<Trouble>>;
  outage: DatabaseOutage;
  policy: AlertPolicy;
  newId: NewId;
  now: () => Date;
  random: () => number;
  log: Logger;
}): AlertDesk {
  const { db, jobs, findTroubles, outage, policy, newId, now, random, log } = deps;
  const telling = createOutageLog(log, 'telling of alerts');
  const channels = deps.channels.map(({ name }) => name);
  const delivery = createNoticeDelivery({
    db,
    channels: deps.channels,
    policy: policy.retry,
    now,
    random,
    log,
  });
  let lastLostAt = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> | null = null;

  jobs.register('alert.deliver', async ({ channel }) => {
    const next = await delivery.deliver(channel);
    if (next !== null) await askFor(channel, next);
  });

  return {
    start(lostAt) {
      if (lostAt !== null) lastLostAt = lostAt.getTime();
      // Not at once: what is connected in the background would be missed for a moment.
      timer = setInterval(look, policy.lookMs);
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await delivery.stop();
      await underWay;
      await outage.settled();
    },
  };

  function look(): void {
    underWay ??= lookOnce().finally(() => {
      underWay = null;
    });
  }

  async function lookOnce(): Promise<void> {
    try {
      const troubles = await findTroubles();
      if (troubles.has('database_unreachable')) return outage.isAway();
      await outage.isBack(db);
      if (now().getTime() - lastLostAt < lostMs) troubles.add('control_plane_lost');
      await noteTroubles(db, troubles, now());
      await noteLongRepairs(db, policy.repairLimitMs, now());
      if (channels.length > 0) await tellAndSweep();
      telling.worked();
    } catch (error) {
      telling.failed(error);
    }
  }

  async function tellAndSweep(): Promise<void> {
    if ((await tellAlerts({ db, newId, policy, channels }, now())) > 0)
      for (const channel of channels) await askFor(channel, now());
    await Promise.all(channels.map((channel) => delivery.deliver(channel, lateMs)));
  }

  /** Best effort: what the queue does not take, the next looks find. */
  async function askFor(channel: string, at: Date): Promise<void> {
    const delayMs = Math.max(0, at.getTime() - now().getTime());
    await jobs.add('alert.deliver', { channel }, { delayMs, dedupeId: `${channel}:${at.getTime()}` });
  }
}
