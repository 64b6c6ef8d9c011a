import type { Database } from '@wafleet/db';
import { createOutageLog, type Logger } from '@wafleet/runtime';
import type { JobQueue } from '../jobs/job-queue';
import type { NewId } from '../new-id';
import type { AlertPolicy } from './alert-policy';
import type { AlertChannel } from './alert-channel';
import { createNoticeDelivery } from './deliver-notices';
import { tellAlerts } from './tell-alerts';

/** Tells operators what they have to know, where there is a way to reach them. */
export interface AlertDesk {
  start(): void;
  /** Waits for what is under way, seconds at most. */
  stop(): Promise<void>;
}

/** What is due for longer than this the queue did not get, or has lost. */
const lateMs = 10_000;

export function createAlertDesk(deps: {
  db: Database;
  jobs: Pick<JobQueue, 'add' | 'register'>;
  channels: readonly AlertChannel[];
  policy: AlertPolicy;
  newId: NewId;
  now: () => Date;
  random: () => number;
  log: Logger;
}): AlertDesk {
  const { db, jobs, policy, newId, now, random, log } = deps;
  const outage = createOutageLog(log, 'telling of alerts');
  const channels = deps.channels.map(({ name }) => name);
  const delivery = createNoticeDelivery({
    db,
    channels: deps.channels,
    policy: policy.retry,
    now,
    random,
    log,
  });
  let timer: NodeJS.Timeout | null = null;
  let underWay: Promise<void> | null = null;

  jobs.register('alert.deliver', async ({ channel }) => {
    const next = await delivery.deliver(channel);
    if (next !== null) await askFor(channel, next);
  });

  return {
    start() {
      if (channels.length === 0) return;
      timer = setInterval(look, policy.lookMs);
      look();
    },

    async stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await delivery.stop();
      await underWay;
    },
  };

  function look(): void {
    underWay ??= tellAndSweep().finally(() => {
      underWay = null;
    });
  }

  async function tellAndSweep(): Promise<void> {
    try {
      if ((await tellAlerts({ db, newId, policy, channels }, now())) > 0)
        for (const channel of channels) await askFor(channel, now());
      await Promise.all(channels.map((channel) => delivery.deliver(channel, lateMs)));
      outage.worked();
    } catch (error) {
      outage.failed(error);
    }
  }

  /** Best effort: what the queue does not take, the next looks find. */
  async function askFor(channel: string, at: Date): Promise<void> {
    const delayMs = Math.max(0, at.getTime() - now().getTime());
    await jobs.add('alert.deliver', { channel }, { delayMs, dedupeId: `${channel}:${at.getTime()}` });
  }
}
